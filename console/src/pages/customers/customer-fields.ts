import type { CustomerChange, CustomerDetails } from './customers.query.ts';

const TEXTS = [
  'name',
  'phoneNumber',
  'email',
  'address',
  'city',
  'state',
  'zipcode',
  'country',
  'customerTier',
] as const;

export type TextName = (typeof TEXTS)[number];

/** A customer as the form holds it: an empty text is one that is not known. */
export type CustomerFields = Record<TextName, string> & {
  tags: string;
  isActive: boolean;
  hasAgreed: boolean;
};

export function fieldsOf(customer: CustomerDetails | undefined): CustomerFields {
  const texts = Object.fromEntries(TEXTS.map((name) => [name, customer?.[name] ?? ''])) as Record<
    TextName,
    string
  >;
  return {
    ...texts,
    tags: customer?.tags.join(', ') ?? '',
    isActive: customer?.isActive ?? true,
    hasAgreed: false,
  };
}

/** What has changed, as the API takes it: a text that was emptied is removed. */
export function changeOf(before: CustomerFields, after: CustomerFields): CustomerChange {
  const texts = TEXTS.filter((name) => after[name].trim() !== before[name]);
  return {
    ...Object.fromEntries(
      texts.map((name) => [name, after[name].trim() === '' ? null : valueOf(name, after[name].trim())]),
    ),
    ...(after.tags === before.tags ? {} : { tags: tagsOf(after.tags) }),
    ...(after.isActive === before.isActive ? {} : { isActive: after.isActive }),
    ...(after.hasAgreed ? { marketingOptIn: true } : {}),
  };
}

const valueOf = (name: TextName, text: string): string => (name === 'country' ? text.toUpperCase() : text);

function tagsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
    ),
  ];
}

/** The id that the API names when the number belongs to somebody already. */
export function otherCustomer(detail: string): string | undefined {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(detail)?.[0];
}
