import { createHash } from 'node:crypto';
import { type Digests, ITEM_FIELDS, type ItemField, type ItemValues } from './item-fields.js';
import { comparable } from './item-text.js';

/** Eight bytes: two of a million items collide in one field once in about ten million catalogs. */
export function digestOf(value: string): string {
  return createHash('sha256').update(comparable(value)).digest('base64url').slice(0, 11);
}

export function digestsOf(values: ItemValues): Digests {
  const digests: Digests = {};
  for (const field of ITEM_FIELDS) digests[field] = digestOf(values[field]);
  return digests;
}

// In no digest.
const APART = '~';

/**
 * What is agreed about a field: one digest, or two when each side keeps a value of its own. The variants of a product
 * share its description here and may have one each at Meta; neither side has changed anything then.
 */
export function agreedAs(ours: string, theirs: string): string {
  return ours === theirs ? ours : `${ours}${APART}${theirs}`;
}

/** Our side of what is agreed. */
export function ourSide(agreed: string | undefined): string | undefined {
  return agreed?.split(APART)[0];
}

/** Meta's side of what is agreed. */
export function theirSide(agreed: string | undefined): string | undefined {
  return agreed?.split(APART).at(-1);
}

/** The fields whose present value is not the agreed one. */
export function changedFields(ours: Digests, agreed: Digests): ItemField[] {
  return ITEM_FIELDS.filter((field) => ours[field] !== ourSide(agreed[field]));
}
