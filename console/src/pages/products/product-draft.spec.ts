import { expect, it } from '@jest/globals';
import { bodyOf, changesOf, NEW_PRODUCT, wrongIn } from './product-draft.ts';

const mug = {
  ...NEW_PRODUCT,
  name: 'Mug',
  sku: 'MUG',
  price: '1,250.50',
  tags: 'white, , big',
  images: ['a', 'b'],
};

it('is sent with its price to the cent, its cover first, and empty fields removed', () => {
  expect(bodyOf(mug)).toMatchObject({
    ...{ name: 'Mug', price: '1250.50', salePrice: null, description: null, tags: ['white', 'big'] },
    ...{ imageUrl: 'a', imageUrls: ['b'] },
  });
});

it.each([
  [{}, {}],
  [
    { name: ' ', sku: '' },
    { name: 'missing', sku: 'missing' },
  ],
  [{ price: 'cheap' }, { price: 'amount' }],
  [{ salePrice: 'less' }, { salePrice: 'amount' }],
  [{ salePrice: '1250.50' }, { salePrice: 'sale' }],
  [{ salePrice: '1250.49' }, {}],
])('%j: %j', (changes, wrong) => {
  expect(wrongIn({ ...mug, ...changes })).toEqual(wrong);
});

it('sends only what differs', () => {
  expect(changesOf({ ...mug, name: 'Cup', images: ['b', 'a'] }, mug)).toEqual({
    ...{ name: 'Cup', imageUrl: 'b', imageUrls: ['a'] },
  });
  expect(changesOf({ ...mug, price: '1250.5' }, mug)).toEqual({});
});
