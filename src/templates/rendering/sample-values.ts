import type { TemplateInput } from './slot.js';

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function find(components: unknown, type: string): Fields {
  return (
    listOf(components)
      .map(fieldsOf)
      .find((component) => textOf(component['type'])?.toUpperCase() === type) ?? {}
  );
}

function named(list: unknown, name: string): string | undefined {
  const item = listOf(list)
    .map(fieldsOf)
    .find((parameter) => parameter['param_name'] === name);
  return textOf(item?.['example']);
}

/** Meta's samples for URLs are the whole address or only its variable end. */
function urlSample(button: Fields): string | undefined {
  const example = textOf(listOf(button['example'])[0]) ?? textOf(button['example']);
  const prefix = textOf(button['url'])?.split('{{')[0] ?? '';
  return example?.startsWith(prefix) === true ? example.slice(prefix.length) : example;
}

function sampleOf({ component, index, card, name }: TemplateInput, components: unknown): string | undefined {
  const own =
    card === null ? components : fieldsOf(listOf(find(components, 'CAROUSEL')['cards'])[card])['components'];
  if (component === 'body') {
    const example = fieldsOf(find(own, 'BODY')['example']);
    const positional = listOf(listOf(example['body_text'])[0])[index ?? 0];
    return named(example['body_text_named_params'], name) ?? textOf(positional);
  }
  if (component === 'header') {
    const example = fieldsOf(find(own, 'HEADER')['example']);
    return named(example['header_text_named_params'], name) ?? textOf(listOf(example['header_text'])[0]);
  }
  if (component !== 'button') return undefined;
  const button = fieldsOf(listOf(find(own, 'BUTTONS')['buttons'])[index ?? 0]);
  return urlSample(button);
}

/** The sample values that the template was submitted for review with, by name. */
export function sampleValues(components: unknown, inputs: readonly TemplateInput[]): Record<string, string> {
  return Object.fromEntries(
    inputs.flatMap((input) => {
      const [key] = input.keys;
      const isText = input.kind === 'text' || input.kind === 'code';
      const sample = isText ? sampleOf(input, components) : undefined;
      return key === undefined || sample === undefined ? [] : [[key, sample]];
    }),
  );
}
