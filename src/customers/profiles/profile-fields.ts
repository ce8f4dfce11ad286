/** Text fields of a profile that anybody may fill, with the room the table has for them. */
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
/** A two-letter country, a dot, and what Meta puts behind it. */
export const USER_ID = /^[A-Z]{2}\.[A-Za-z0-9.]{1,128}$/;
export const WA_ID = /^[1-9]\d{6,14}$/;

export const MAX_TAGS = 100;
export const MAX_TAG = 100;

/** The form in which a text is kept: nothing around it, and nothing at all rather than an empty one. */
export function tidyText(field: TextField, text: string): string | null {
  const tidy = text.trim();
  if (tidy === '') return null;
  return field === 'country' ? tidy.toUpperCase() : tidy;
}

/** Tags in the order given, each once, without empty ones. */
export function tidyTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
}
