import type { Parameter, Template } from './wizard.query.ts';

const AROUND = 60;

export interface Place {
  before: string;
  blank: string;
  after: string;
}

/** The words around a blank, so that a person sees what it completes. Undefined: they are not known. */
export function placeOf(
  { components }: Pick<Template, 'components'>,
  parameter: Parameter,
): Place | undefined {
  const { component, card, index, name } = parameter;
  if (card !== null) return undefined;
  const texts = components.filter((one) => typeOf(one) === component);
  if (component === 'button') {
    const list = components.find((one) => typeOf(one) === 'buttons')?.['buttons'];
    const button: unknown = Array.isArray(list) ? list[index ?? 0] : undefined;
    const label = isObject(button) ? button['text'] : undefined;
    return typeof label === 'string' ? { before: '', blank: label, after: '' } : undefined;
  }
  const text = texts[0]?.['text'];
  if (typeof text !== 'string') return undefined;
  const written = `{{${name}}}`;
  const at = text.indexOf(written);
  if (at === -1) return undefined;
  const from = Math.max(0, at - AROUND);
  const to = Math.min(text.length, at + written.length + AROUND);
  return {
    before: `${from > 0 ? '…' : ''}${text.slice(from, at).toWellFormed()}`,
    blank: written,
    after: `${text.slice(at + written.length, to).toWellFormed()}${to < text.length ? '…' : ''}`,
  };
}

function typeOf(component: Record<string, unknown>): string {
  const { type } = component;
  return typeof type === 'string' ? type.toLowerCase() : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
