import { createHash } from 'node:crypto';

const MAX_KEY = 400;

/**
 * The same text for the same options, in whatever order. Long ones are hashed: an index entry of PostgreSQL holds some
 * 2,700 bytes, and ten options of 100 letters can be more.
 */
export function optionsKey(options: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(pairs);
  if (text.length <= MAX_KEY) return text;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
