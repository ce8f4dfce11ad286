/** Fields in which a change at Meta comes back to us. */
export const TWO_WAY_FIELDS = [
  'name',
  'description',
  'price',
  'salePrice',
  'availability',
  'condition',
  'brand',
  'category',
  'url',
] as const;
/** Fields that only we write; Meta's answer to them may be rewritten, as images are, or missing. */
export const ONE_WAY_FIELDS = ['images', 'visibility', 'options', 'group', 'compliance'] as const;
export const ITEM_FIELDS = [...TWO_WAY_FIELDS, ...ONE_WAY_FIELDS] as const;

export type TwoWayField = (typeof TWO_WAY_FIELDS)[number];
export type OneWayField = (typeof ONE_WAY_FIELDS)[number];
export type ItemField = (typeof ITEM_FIELDS)[number];

/**
 * An item as text, field by field, in the form in which it is compared and sent. Empty means that the field has no
 * value. `price` is `45000.00 INR`; `salePrice` the same, and after a blank its period if it has one; `images`,
 * `options` and `compliance` are JSON.
 */
export type ItemValues = Record<ItemField, string>;

/** What Meta shows of an item. A field that is absent says nothing: Meta omits what is empty or not asked for. */
export type RemoteValues = Partial<Record<TwoWayField, string>>;

/**
 * Field by field eight bytes of a digest: enough to see a change, small enough for a million items. What is agreed may
 * have two of them, see `agreedAs`.
 */
export type Digests = Partial<Record<ItemField, string>>;

export const META_AVAILABILITIES = ['in stock', 'available for order', 'out of stock'] as const;
export type MetaAvailability = (typeof META_AVAILABILITIES)[number];
export type Availability = 'in_stock' | 'out_of_stock' | 'preorder';

const TO_META: Readonly<Record<Availability, MetaAvailability>> = {
  in_stock: 'in stock',
  preorder: 'available for order',
  out_of_stock: 'out of stock',
};

export function toMetaAvailability(availability: Availability): MetaAvailability {
  return TO_META[availability];
}

/** Meta knows more words than a batch takes: all that cannot be bought now count as out of stock. */
export function fromMetaAvailability(word: string): Availability {
  const text = word.trim().toLowerCase().replaceAll('_', ' ');
  if (text === 'in stock') return 'in_stock';
  return text === 'preorder' || text === 'available for order' ? 'preorder' : 'out_of_stock';
}

/** `used_good` and the like are finer than what a batch takes. */
export function canonicalCondition(word: string): 'new' | 'refurbished' | 'used' {
  const text = word.trim().toLowerCase();
  if (text.startsWith('used')) return 'used';
  return text === 'refurbished' || text === 'cpo' || text === 'open_box_new' ? 'refurbished' : 'new';
}
