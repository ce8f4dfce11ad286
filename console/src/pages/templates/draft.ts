import type { Message } from '../../features/bubble/bubble.tsx';
import type { Category, Template, TemplateInput } from './templates.query.ts';
import { filled, variablesOf } from './variables.ts';

export const BUTTON_KINDS = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER'] as const;
export type ButtonKind = (typeof BUTTON_KINDS)[number];

export interface ButtonDraft {
  kind: ButtonKind;
  text: string;
  /** The address or the number; empty for an answer. */
  value: string;
  sample: string;
}

/** A template as it is written here: words and buttons. Pictures, cards and codes are for WhatsApp Manager. */
export interface Draft {
  name: string;
  language: string;
  category: Category;
  header: string;
  body: string;
  footer: string;
  /** By the part and the variable: `body.1`. */
  samples: Readonly<Record<string, string>>;
  buttons: readonly ButtonDraft[];
}

export const EMPTY: Draft = {
  ...{ name: '', language: 'en_US', category: 'MARKETING', header: '', body: '', footer: '' },
  ...{ samples: {}, buttons: [] },
};

type Json = Readonly<Record<string, unknown>>;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Meta’s own components. */
export function componentsOf({ header, body, footer, samples, buttons }: Draft): TemplateInput['components'] {
  const isNamed = [header, body].flatMap(variablesOf).some((name) => !/^\d+$/.test(name));
  const exampleOf = (part: 'header' | 'body', text: string): Json => {
    const names = variablesOf(text);
    if (names.length === 0) return {};
    const values = names.map((name) => samples[`${part}.${name}`] ?? '');
    if (isNamed) {
      const named = names.map((name, index) => ({ param_name: name, example: values[index] ?? '' }));
      return { example: { [`${part}_text_named_params`]: named } };
    }
    return { example: { [`${part}_text`]: part === 'body' ? [values] : values } };
  };
  return [
    ...(header === ''
      ? []
      : [{ type: 'HEADER', format: 'TEXT', text: header, ...exampleOf('header', header) }]),
    { type: 'BODY', text: body, ...exampleOf('body', body) },
    ...(footer === '' ? [] : [{ type: 'FOOTER', text: footer }]),
    ...(buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons: buttons.map(buttonOf) }]),
  ];
}

function buttonOf({ kind, text, value, sample }: ButtonDraft): Json {
  if (kind === 'QUICK_REPLY') return { type: kind, text };
  if (kind === 'PHONE_NUMBER') return { type: kind, text, phone_number: value };
  return { type: kind, text, url: value, ...(variablesOf(value).length === 0 ? {} : { example: [sample] }) };
}

export function inputOf(draft: Draft): TemplateInput {
  const { name, language, category } = draft;
  return { name: name.trim(), language: language.trim(), category, components: componentsOf(draft) };
}

/** Undefined: it has parts that are not written here. */
export function draftOf(template: Template): Draft | undefined {
  const { name, language, category, components } = template;
  if (category !== 'MARKETING' && category !== 'UTILITY') return undefined;
  let draft: Draft = { ...EMPTY, name, language, category };
  for (const component of components.map(objectOf)) {
    const text = textOf(component['text']);
    const example = objectOf(component['example']);
    switch (textOf(component['type']).toUpperCase()) {
      case 'HEADER':
        if (textOf(component['format']).toUpperCase() !== 'TEXT') return undefined;
        draft = {
          ...draft,
          header: text,
          samples: { ...draft.samples, ...samplesOf('header', text, example) },
        };
        break;
      case 'BODY':
        draft = { ...draft, body: text, samples: { ...draft.samples, ...samplesOf('body', text, example) } };
        break;
      case 'FOOTER':
        draft = { ...draft, footer: text };
        break;
      case 'BUTTONS': {
        const buttons = listOf(component['buttons']).map((button) => buttonDraftOf(objectOf(button)));
        if (buttons.some((button) => button === undefined)) return undefined;
        draft = { ...draft, buttons: buttons.filter((button) => button !== undefined) };
        break;
      }
      default:
        return undefined;
    }
  }
  return draft;
}

function samplesOf(part: 'header' | 'body', text: string, example: Json): Record<string, string> {
  const named = listOf(example[`${part}_text_named_params`]).map(objectOf);
  const listed = listOf(example[`${part}_text`]);
  const values = part === 'body' ? listOf(listed[0]) : listed;
  return Object.fromEntries(
    variablesOf(text).map((name, index) => [
      `${part}.${name}`,
      textOf(named.find(({ param_name: known }) => known === name)?.['example'] ?? values[index]),
    ]),
  );
}

function buttonDraftOf(button: Json): ButtonDraft | undefined {
  const kind = BUTTON_KINDS.find((known) => known === textOf(button['type']).toUpperCase());
  if (kind === undefined) return undefined;
  const value = textOf(kind === 'URL' ? button['url'] : button['phone_number']);
  return { kind, text: textOf(button['text']), value, sample: textOf(listOf(button['example'])[0]) };
}

/** As it would look, filled with its samples. */
export function messageOf({ header, body, footer, samples, buttons }: Draft): Message {
  return {
    header: header === '' ? null : { kind: 'text', text: filled(header, 'header', samples) },
    body: filled(body, 'body', samples),
    footer: footer === '' ? null : footer,
    offer: null,
    cards: [],
    buttons: buttons.map(({ kind, text, value, sample }) => ({
      kind: kind.toLowerCase(),
      label: text,
      value: kind === 'QUICK_REPLY' ? null : kind === 'URL' && sample !== '' ? sample : value,
      sections: [],
    })),
  };
}

/** Which control a problem belongs to: `components.2.buttons.0.url`. */
export function placeOf(
  field: string,
  components: TemplateInput['components'],
): 'header' | 'body' | 'footer' | 'buttons' | 'name' | 'language' | 'category' | 'other' {
  const root = (['name', 'language', 'category'] as const).find((known) => field === known);
  if (root !== undefined) return root;
  const index = /^components\.(\d+)/.exec(field)?.[1];
  const type = textOf(objectOf(components[Number(index ?? -1)])['type']).toLowerCase();
  return (['header', 'body', 'footer', 'buttons'] as const).find((known) => known === type) ?? 'other';
}
