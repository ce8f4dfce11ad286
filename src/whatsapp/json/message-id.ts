import { asText } from './json-fields.js';

/** An index takes up to 2,700 bytes. Ids seen so far have at most 179 characters. */
export const LONGEST_MESSAGE_ID = 1_000;

/** Meta's id of a message; undefined: none, or one that cannot be stored whole and so identifies nothing. */
export function readMessageId(raw: unknown): string | undefined {
  const id = asText(raw);
  if (id === undefined || id.length > LONGEST_MESSAGE_ID || id.includes('\0') || !id.isWellFormed())
    return undefined;
  return id;
}
