import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readProductChoice } from './product-choice.js';

const sku = fc.stringMatching(/^[A-Z0-9]{1,12}$/);
const section = fc.record({
  title: fc.stringMatching(/^[A-Za-z]{1,24}$/),
  productIds: fc.array(sku, { minLength: 1, maxLength: 6 }),
});

describe('a list of products', () => {
  it('keeps sections and products in their order, and shows the first one', () => {
    fc.assert(
      fc.property(fc.array(section, { minLength: 1, maxLength: 10 }), (sections) => {
        const all = sections.flatMap(({ productIds }) => productIds);
        const read = readProductChoice({ sections });
        if (all.length > 30) {
          expect(read).toMatch(/at most 30 products/);
          return;
        }
        if (typeof read === 'string') throw new Error(read);
        expect(read.thumbnail_product_retailer_id).toBe(all[0]);
        expect(read.sections.map(({ title }) => title)).toEqual(sections.map(({ title }) => title));
        expect(
          read.sections.flatMap((one) => one.product_items.map((item) => item.product_retailer_id)),
        ).toEqual(all);
      }),
    );
  });

  it("reads Meta's words and ours alike", () => {
    const items = [{ product_retailer_id: 'A' }, { product_retailer_id: 'B' }];
    const ours = { thumbnailProductId: 'B', sections: [{ productIds: ['A', 'B'] }] };
    const theirs = { thumbnail_product_retailer_id: 'B', sections: [{ product_items: items }] };
    expect(readProductChoice(ours)).toEqual(theirs);
    expect(readProductChoice(theirs)).toEqual(theirs);
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'MUG'],
    ['no section', { sections: [] }],
    ['11 sections', { sections: Array(11).fill({ title: 'A', productIds: ['A'] }) }],
    ['a section without products', { sections: [{ title: 'A', productIds: [] }] }],
    ['a product that is an object', { sections: [{ productIds: [{}] }] }],
    [
      'two sections, one without a title',
      { sections: [{ title: 'A', productIds: ['A'] }, { productIds: ['B'] }] },
    ],
    ['a title of 25', { sections: [{ title: 'x'.repeat(25), productIds: ['A'] }] }],
  ])('is refused when it is %s', (_, value) => {
    expect(typeof readProductChoice(value)).toBe('string');
  });
});
