// Meta rejects an empty parameter, and one with a line break, a tab or more than four spaces in a row: a stray line
// break in a CSV would fail the recipient. Those become one space; only an empty value is rejected.
const NEEDS_CARE = /[\p{Cc}\p{Cs}\u2028\u2029]|\s{5}/u;
const BLANKS = /[\s\p{Cc}]+/gu;
const HARMLESS_BLANKS = /^[^\S\p{Cc}\u2028\u2029]{1,4}$/u;

/** The value as Meta takes it; undefined: there is nothing to send. */
export function parameterText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = NEEDS_CARE.test(value)
    ? value
        .replace(/\p{Cs}/gu, '\ufffd')
        .replace(BLANKS, (blanks) => (HARMLESS_BLANKS.test(blanks) ? blanks : ' '))
    : value;
  const trimmed = text.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** Meta counts characters, not UTF-16 units; only texts near the limit are counted one by one. */
export function isLongerThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  return text.length > 2 * limit || Array.from(text).length > limit;
}
