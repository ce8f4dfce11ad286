/** What is known of a person besides the profile, ready to be shown: names in words, one kind of thing a line. */
export type AttributeNode =
  | { kind: 'value'; value: string | number | boolean | null }
  | { kind: 'values'; values: readonly (string | number | boolean | null)[] }
  | { kind: 'entries'; entries: readonly AttributeNode[] }
  | { kind: 'fields'; fields: readonly (readonly [name: string, node: AttributeNode])[] };

/** `saleDetails` reads as "Sale details"; a name that is written in words stays as it is. */
export function nameInWords(name: string): string {
  const spaced = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim();
  if (spaced === '') return name;
  const isOwn = /\s/.test(name);
  return `${spaced.charAt(0).toUpperCase()}${isOwn ? spaced.slice(1) : lowerWords(spaced.slice(1))}`;
}

/** Words of capitals only, such as VIP, stay. */
function lowerWords(text: string): string {
  return text.replace(/\p{Lu}(?=\p{Ll})/gu, (letter) => letter.toLowerCase());
}

export function attributeTree(value: unknown): AttributeNode {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.every(isPlain)) return { kind: 'values', values: items };
    return { kind: 'entries', entries: items.map((item) => attributeTree(item)) };
  }
  if (typeof value === 'object' && value !== null) {
    return {
      kind: 'fields',
      fields: Object.entries(value).map(([name, item]) => [nameInWords(name), attributeTree(item)] as const),
    };
  }
  return { kind: 'value', value: isPlain(value) ? value : null };
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Whether a text is a date that exists; anything else is shown as it stands. */
export function dateKindOf(text: string): 'day' | 'instant' | undefined {
  if (!DAY.test(text) && !INSTANT.test(text)) return undefined;
  if (Number.isNaN(Date.parse(text))) return undefined;
  return DAY.test(text) ? 'day' : 'instant';
}
