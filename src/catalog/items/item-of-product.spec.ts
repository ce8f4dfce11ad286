import { describe, expect, it } from '@jest/globals';
import { ITEM_FIELDS } from './item-fields.js';
import { type ItemDefaults, itemOfProduct, type Sellable } from './item-of-product.js';
import { updateRequest } from './item-request.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const DEFAULTS: ItemDefaults = {
  catalogName: 'Bali Tours',
  currency: 'INR',
  defaultBrand: null,
  websiteUrl: null,
  defaultImageUrl: null,
  whatsappNumber: '+91 98765 43210',
};
const BALI: Sellable = {
  sku: 'BALI-5P',
  groupSku: 'BALI',
  name: 'Bali, 5 days, Premium',
  description: null,
  price: '65000.00',
  salePrice: null,
  saleStartsAt: null,
  saleEndsAt: null,
  availability: 'in_stock',
  quantity: null,
  isActive: true,
  isVisible: true,
  condition: 'new',
  brand: null,
  category: null,
  url: null,
  images: ['https://cdn.example/3f9c.jpg'],
  options: { duration: '5 days', accommodation: 'Premium' },
  compliance: null,
};
const item = (changes: Partial<Sellable> = {}, defaults: Partial<ItemDefaults> = {}) =>
  itemOfProduct({ ...BALI, ...changes }, { ...DEFAULTS, ...defaults }, NOW);

describe('the request of a new item', () => {
  it('has every field, with fallbacks for what Meta requires', () => {
    expect(updateRequest('BALI-5P', item().values)).toEqual({
      method: 'UPDATE',
      data: {
        id: 'BALI-5P',
        item_group_id: 'BALI',
        title: 'Bali, 5 days, Premium',
        description: 'Bali, 5 days, Premium',
        availability: 'in stock',
        condition: 'new',
        price: '65000.00 INR',
        sale_price: '',
        sale_price_effective_date: '',
        link: 'https://wa.me/c/919876543210',
        image: [{ url: 'https://cdn.example/3f9c.jpg', tag: [] }],
        brand: 'Bali Tours',
        google_product_category: '',
        visibility: 'published',
        additional_variant_attribute: 'accommodation:Premium,duration:5 days',
      },
    });
  });

  it('says what is lacking instead of sending half an item', () => {
    const bare = item({ images: [] }, { whatsappNumber: null });
    expect(bare.lacks.map(({ code }) => code)).toEqual(['image_missing', 'link_missing']);
    const filled = item(
      { images: [] },
      { defaultImageUrl: 'https://a.example/1.jpg', websiteUrl: 'https://a.example' },
    );
    expect(filled.lacks).toEqual([]);
  });

  it('puts known axes into their own fields and replaces what separates pairs', () => {
    const options = { Colour: 'red', 'Age group': 'adult', 'meal, plan': 'half: board' };
    expect(updateRequest('A', item({ options }).values).data).toMatchObject({
      color: 'red',
      age_group: 'adult',
      additional_variant_attribute: 'meal plan:half board',
    });
  });

  it('names the importer of goods from abroad', () => {
    const compliance = {
      originCountry: 'ID',
      importerName: 'B',
      importerAddress: { city: 'Pune', postalCode: '411001' },
    };
    expect(updateRequest('A', item({ compliance }).values).data).toMatchObject({
      origin_country: 'ID',
      importer_name: 'B',
      importer_address: { city: 'Pune', postal_code: '411001' },
    });
  });
});

describe('the request of a known item', () => {
  it('has the changed fields and the group', () => {
    expect(updateRequest('BALI-5P', item().values, ['price'])).toEqual({
      method: 'UPDATE',
      data: { id: 'BALI-5P', item_group_id: 'BALI', price: '65000.00 INR' },
    });
  });

  it('empties the options that were taken away', () => {
    const { data } = updateRequest('A', item({ options: { size: 'M' } }).values, ['options']);
    expect(data).toMatchObject({ color: '', size: 'M', additional_variant_attribute: '' });
  });
});

describe('availability', () => {
  it.each([
    [{}, 'in stock', false],
    [{ availability: 'preorder' }, 'available for order', false],
    [{ availability: 'out_of_stock' }, 'out of stock', false],
    [{ quantity: 3 }, 'in stock', false],
    [{ quantity: 0 }, 'out of stock', true],
    [{ quantity: 0, availability: 'preorder' }, 'out of stock', true],
    [{ isActive: false }, 'out of stock', true],
  ] as const)('of %j is %s, and Meta may change it: not %p', (changes, word, isForced) => {
    const { values, forced } = item(changes);
    expect([values.availability, forced.has('availability')]).toEqual([word, isForced]);
  });
});

describe('a sale', () => {
  const soon = new Date('2026-04-01T00:00:30Z');
  const past = new Date('2026-03-01T11:59:00Z');
  it.each([
    ['without dates', { salePrice: '60000' }, '60000.00 INR'],
    ['as dear as the price', { salePrice: '65000.00' }, ''],
    [
      'to come',
      { salePrice: '1', saleStartsAt: soon },
      '1.00 INR 2026-04-01T00:00+0000/2038-01-17T23:59+0000',
    ],
    [
      'with an end',
      { salePrice: '1', saleEndsAt: soon },
      '1.00 INR 1970-01-29T00:00+0000/2026-04-01T00:00+0000',
    ],
    ['that is over', { salePrice: '1', saleEndsAt: past }, ''],
  ] as const)('%s', (_, changes, value) => {
    const { values } = item(changes);
    expect(values.salePrice).toBe(value);
    const [amount, , period = ''] = value.split(' ');
    expect(updateRequest('A', values, ['salePrice']).data).toMatchObject({
      sale_price: value === '' ? '' : `${amount} INR`,
      sale_price_effective_date: period,
    });
  });
});

it('cuts a long title at a word', () => {
  const { values } = item({ name: `${'word '.repeat(30)}end` });
  expect(values.name).toHaveLength(99);
  expect(values.name.endsWith(' word')).toBe(true);
  expect(item({ name: 'x'.repeat(150) }).values.name).toHaveLength(100);
});

it('has a value for every field', () => {
  expect(Object.keys(item().values).sort()).toEqual([...ITEM_FIELDS].sort());
});
