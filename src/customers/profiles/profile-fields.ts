/** The free text fields of a profile, with their columns and maximum lengths. */
export const TEXT_FIELDS = {
  username: { column: 'username', max: 100 },
  name: { column: 'display_name', max: 200 },
  email: { column: 'email', max: 320 },
  address: { column: 'address', max: 500 },
  city: { column: 'city', max: 120 },
  state: { column: 'state', max: 120 },
  zipcode: { column: 'zipcode', max: 20 },
  country: { column: 'country', max: 2 },
  customerTier: { column: 'customer_tier', max: 50 },
} as const;

export type TextField = keyof typeof TEXT_FIELDS;
export const TEXT_FIELD_NAMES = Object.keys(TEXT_FIELDS) as TextField[];

export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
export const COUNTRY = /^[A-Za-z]{2}$/;
/** A two-letter country, a dot, and Meta's part. */
export const USER_ID = /^[A-Z]{2}\.[A-Za-z0-9.]{1,128}$/;
export const WA_ID = /^[1-9]\d{6,14}$/;

export const MAX_TAGS = 100;
export const MAX_TAG = 100;

/** The stored form of a text: trimmed, and null in place of an empty one. */
export function tidyText(field: TextField, text: string): string | null {
  const tidy = text.trim();
  if (tidy === '') return null;
  return field === 'country' ? tidy.toUpperCase() : tidy;
}

/** Tags in their original order, without duplicates and empty ones. */
export function tidyTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
}
