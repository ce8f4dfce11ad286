import { describe, expect, it } from '@jest/globals';
import { productsIn, withSkus } from './component-products.js';

const ID = '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d';
const COMPONENTS = [
  { type: 'header', parameters: [{ type: 'product', product: { product_retailer_id: ID } }] },
  { type: 'body', parameters: [{ type: 'text', text: ID }] },
  {
    type: 'button',
    parameters: [
      {
        type: 'action',
        action: {
          thumbnail_product_retailer_id: 'MUG',
          sections: [
            { title: 'A', product_items: [{ product_retailer_id: 'MUG' }, { product_retailer_id: ID }] },
          ],
        },
      },
    ],
  },
];

describe('the products of a template message', () => {
  it('are found wherever they stand, each once', () => {
    expect(productsIn(COMPONENTS)).toEqual([ID, 'MUG']);
  });

  it('are written as SKUs, and nothing else is changed', () => {
    const names = { skus: new Map([[ID, 'BALI']]), metaCatalogId: '1948' };
    const [header, body, button] = withSkus<object>(COMPONENTS, names);
    const product = { product_retailer_id: 'BALI', catalog_id: '1948' };
    expect(header).toEqual({ type: 'header', parameters: [{ type: 'product', product }] });
    expect(body).toEqual(COMPONENTS[1]);
    expect(productsIn(button)).toEqual(['MUG', 'BALI']);
  });

  it('keep the catalog that they name', () => {
    const product = { product_retailer_id: 'A', catalog_id: '7' };
    expect(withSkus([{ product }], { skus: new Map(), metaCatalogId: '1948' })).toEqual([{ product }]);
  });
});
