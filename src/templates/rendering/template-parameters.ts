/** A text of the template with its variables, each once, in the order in which their values are sent. */
export interface TextDescription {
  text: string;
  variables: string[];
}

export const MEDIA_FORMATS = ['image', 'video', 'document', 'gif'] as const;
export type MediaFormat = (typeof MEDIA_FORMATS)[number];

export type HeaderDescription =
  ({ kind: 'text' } & TextDescription) | { kind: MediaFormat } | { kind: 'location' } | { kind: 'product' };

export type ButtonDescription = { index: number; label: string } & (
  | { kind: 'url'; url: string; variables: string[] }
  /** Nothing is sent for these, but they count in the index. */
  | { kind: 'static'; type: string; shown: string | null }
  | { kind: 'quick_reply' | 'copy_code' | 'catalog' | 'mpm' | 'flow' | 'order_details' }
);

export interface CardDescription {
  header: HeaderDescription | null;
  body: TextDescription | null;
  buttons: ButtonDescription[];
}

export interface TemplateDescription extends CardDescription {
  format: 'positional' | 'named';
  footer: string | null;
  offer: { text: string | null; hasExpiration: boolean } | null;
  carousel: { kind: 'media' | 'product'; cards: CardDescription[] } | null;
  /** Component types this version does not know: the template may need values we cannot give. */
  unknown: string[];
}

type Fields = Record<string, unknown>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const word = (value: unknown): string => textOf(value).toUpperCase();

const VARIABLE = /\{\{\s*(\w+)\s*\}\}/g;
const isPosition = (name: string): boolean => /^\d+$/.test(name);

/** Positional values are sent by number; named ones in any order. */
export function variablesOf(text: string): string[] {
  const names = [...new Set(Array.from(text.matchAll(VARIABLE), ([, name = '']) => name))];
  return names.every(isPosition) ? names.sort((a, b) => Number(a) - Number(b)) : names;
}

/** The text split at its variables: literals and names alternate, beginning and ending with a literal. */
export function splitAtVariables(text: string): string[] {
  return text.split(VARIABLE);
}

function describeText(text: string): TextDescription {
  return { text, variables: variablesOf(text) };
}

function describeHeader(component: Fields): HeaderDescription | null {
  const format = word(component['format']).toLowerCase();
  const media = MEDIA_FORMATS.find((known) => known === format);
  if (media !== undefined) return { kind: media };
  if (format === 'location' || format === 'product') return { kind: format };
  return typeof component['text'] === 'string' ? { kind: 'text', ...describeText(component['text']) } : null;
}

const WITH_VALUES = {
  QUICK_REPLY: 'quick_reply',
  COPY_CODE: 'copy_code',
  CATALOG: 'catalog',
  MPM: 'mpm',
  FLOW: 'flow',
  ORDER_DETAILS: 'order_details',
} as const;
const takesValues = (type: string): type is keyof typeof WITH_VALUES => Object.hasOwn(WITH_VALUES, type);

function describeButton(button: Fields, index: number): ButtonDescription {
  const type = word(button['type']);
  const about = { index, label: textOf(button['text']) };
  const url = textOf(button['url']);
  // Meta lists the one-time-password buttons of authentication templates with a URL that takes the code.
  if (url !== '' && (type === 'URL' || type === 'OTP'))
    return { ...about, kind: 'url', url, variables: variablesOf(url) };
  return takesValues(type)
    ? { ...about, kind: WITH_VALUES[type] }
    : { ...about, kind: 'static', type, shown: textOf(button['phone_number']) || null };
}

const KNOWN = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'LIMITED_TIME_OFFER', 'CAROUSEL'];

function describeCard(components: readonly Fields[]): CardDescription {
  const find = (type: string): Fields | undefined =>
    components.find((component) => word(component['type']) === type);
  const header = find('HEADER');
  const body = find('BODY');
  return {
    header: header === undefined ? null : describeHeader(header),
    body: body === undefined ? null : describeText(textOf(body['text'])),
    buttons: listOf(find('BUTTONS')?.['buttons']).map(describeButton),
  };
}

function describeCarousel(component: Fields): TemplateDescription['carousel'] {
  const cards = listOf(component['cards']).map((card) => describeCard(listOf(card['components'])));
  return { kind: cards.some(({ header }) => header?.kind === 'product') ? 'product' : 'media', cards };
}

function formatOf(
  declared: unknown,
  { header, body, carousel }: Omit<TemplateDescription, 'format'>,
): 'positional' | 'named' {
  const texts = [{ header, body }, ...(carousel?.cards ?? [])];
  const names = texts.flatMap((card) => [
    ...(card.header?.kind === 'text' ? card.header.variables : []),
    ...(card.body?.variables ?? []),
  ]);
  if (names.length > 0) return names.every(isPosition) ? 'positional' : 'named';
  return word(declared) === 'NAMED' ? 'named' : 'positional';
}

/** Reads the components of Meta's template list; tolerates what it does not know. */
export function describeTemplate(components: unknown, parameterFormat?: unknown): TemplateDescription {
  const list = listOf(components);
  const find = (type: string): Fields | undefined =>
    list.find((component) => word(component['type']) === type);
  const footer = find('FOOTER');
  const offer = find('LIMITED_TIME_OFFER');
  const carousel = find('CAROUSEL');
  const terms = fieldsOf(offer?.['limited_time_offer']);
  const description = {
    ...describeCard(list),
    footer: footer === undefined ? null : textOf(footer['text']),
    offer:
      offer === undefined
        ? null
        : { text: textOf(terms['text']) || null, hasExpiration: terms['has_expiration'] === true },
    carousel: carousel === undefined ? null : describeCarousel(carousel),
    unknown: list.map((component) => word(component['type'])).filter((type) => !KNOWN.includes(type)),
  };
  return { format: formatOf(parameterFormat, description), ...description };
}
