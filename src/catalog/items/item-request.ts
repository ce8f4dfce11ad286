import { type ItemField, ITEM_FIELDS, type ItemValues } from './item-fields.js';

export type ItemRequest =
  { method: 'UPDATE'; data: Record<string, unknown> } | { method: 'DELETE'; data: { id: string } };

/** The axes that Meta knows by name; any other goes into one text of pairs. */
const AXES = new Set(['color', 'size', 'gender', 'pattern', 'material', 'age_group']);
const SPELLINGS: Readonly<Record<string, string>> = {
  colour: 'color',
  agegroup: 'age_group',
  'age group': 'age_group',
};

export function deleteRequest(sku: string): ItemRequest {
  return { method: 'DELETE', data: { id: sku } };
}

/** All fields of a new item, the changed ones of a known one; the group always, since Meta makes one otherwise. */
export function updateRequest(
  sku: string,
  values: ItemValues,
  fields: readonly ItemField[] = ITEM_FIELDS,
): ItemRequest {
  const data: Record<string, unknown> = { id: sku, item_group_id: values.group };
  // An option that a known item has lost stays at Meta unless it is emptied.
  if (fields.includes('options') && fields.length < ITEM_FIELDS.length) Object.assign(data, NO_OPTIONS);
  for (const field of fields) Object.assign(data, WRITERS[field](values[field]));
  return { method: 'UPDATE', data };
}

const NO_OPTIONS = { color: '', size: '', pattern: '', material: '', additional_variant_attribute: '' };

const WRITERS: Readonly<Record<ItemField, (value: string) => object>> = {
  name: (title) => ({ title }),
  description: (description) => ({ description }),
  price: (price) => ({ price }),
  // Omitting a field leaves it as it is at Meta: a sale ends only by being emptied.
  salePrice: (value) => {
    const { price, period } = splitSale(value);
    return { sale_price: price, sale_price_effective_date: period };
  },
  availability: (availability) => ({ availability }),
  condition: (condition) => ({ condition }),
  brand: (brand) => ({ brand }),
  category: (category) => ({ google_product_category: category }),
  url: (link) => ({ link }),
  images: (urls) => ({ image: (JSON.parse(urls) as string[]).map((url) => ({ url, tag: [] })) }),
  visibility: (visibility) => ({ visibility }),
  options: (pairs) => optionFields(JSON.parse(pairs) as [string, string][]),
  group: () => ({}),
  compliance: complianceFields,
};

export function splitSale(value: string): { price: string; period: string } {
  const [amount = '', currency = '', period = ''] = value.split(' ');
  return { price: value === '' ? '' : `${amount} ${currency}`, period };
}

/** Meta has no escape for the two characters that separate pairs, so they are replaced. */
function optionFields(pairs: [string, string][]): object {
  const named: Record<string, string> = {};
  const others: string[] = [];
  for (const [name, value] of pairs) {
    const axis = axisOf(name);
    if (axis === undefined) others.push(`${plain(name)}:${plain(value)}`);
    else named[axis] = value;
  }
  return { ...named, ...(others.length === 0 ? {} : { additional_variant_attribute: others.join(',') }) };
}

export function axisOf(name: string): string | undefined {
  const key = name.trim().toLowerCase();
  const axis = SPELLINGS[key] ?? key.replace(/[\s-]+/g, '_');
  return AXES.has(axis) ? axis : undefined;
}

function plain(text: string): string {
  return text.replaceAll(',', ' ').replaceAll(':', ' ').replace(/\s+/g, ' ').trim();
}

function complianceFields(value: string): object {
  if (value === '') return {};
  const { originCountry, importerName, importerAddress } = JSON.parse(value) as Compliance;
  const { postalCode, ...address } = importerAddress ?? {};
  return {
    ...given('origin_country', originCountry),
    ...given('importer_name', importerName),
    ...(importerAddress ? { importer_address: { ...address, ...given('postal_code', postalCode) } } : {}),
  };
}

function given(name: string, value: string | null | undefined): object {
  return typeof value === 'string' ? { [name]: value } : {};
}

interface Compliance {
  originCountry?: string | null;
  importerName?: string | null;
  importerAddress?: (Record<string, unknown> & { postalCode?: string | null }) | null;
}
