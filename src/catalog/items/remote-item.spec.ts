import { describe, expect, it } from '@jest/globals';
import { readRemoteItem } from './remote-item.js';

const NODE = { id: '9', retailer_id: 'BALI', name: 'Bali', price: '₹65,000.00', currency: 'INR' };
const read = (more: object = {}) => readRemoteItem({ ...NODE, ...more }, 'INR');

describe('a product node of Meta', () => {
  it('reads what is there and says nothing of the rest', () => {
    expect(read()?.values).toEqual({ name: 'Bali', price: '65000.00 INR' });
  });

  it.each([
    ['in stock', 'in stock'],
    ['preorder', 'available for order'],
    ['available for order', 'available for order'],
    ['discontinued', 'out of stock'],
    ['mark_as_sold', 'out of stock'],
  ])('takes %s for %s', (availability, canonical) => {
    expect(read({ availability })?.values.availability).toBe(canonical);
  });

  it('reads a sale with its period in whatever zone', () => {
    const dates = {
      sale_price_start_date: '2026-11-01T12:00-0300',
      sale_price_end_date: '2026-12-01T00:00:00+0000',
    };
    expect(read({ sale_price: '₹60,000.00', ...dates })?.values.salePrice).toBe(
      '60000.00 INR 2026-11-01T15:00+0000/2026-12-01T00:00+0000',
    );
  });

  it('leaves a price alone that it cannot read with certainty', () => {
    const item = read({ price: 'from ₹5 to ₹9' });
    expect(item?.values.price).toBeUndefined();
    expect(item?.problems).toMatchObject([{ source: 'drumbeat', code: 'price_unreadable' }]);
  });

  it('leaves prices of another currency alone', () => {
    const item = read({ price: '$65.00', sale_price: '$60.00', currency: 'USD' });
    expect([item?.values.price, item?.values.salePrice]).toEqual([undefined, undefined]);
    expect(item?.problems).toMatchObject([{ code: 'currency_differs' }]);
  });

  it.each([
    [[{ key: 'WHATSAPP', value: 'APPROVED' }], 'APPROVED'],
    [[{ key: 'whatsapp', value: 'Rejected' }], 'REJECTED'],
    [{ WHATSAPP: 'PENDING' }, 'PENDING'],
    [[{ key: 'SHOPS', value: 'REJECTED' }], null],
    [undefined, null],
  ])('reads the review in %j', (capability_to_review_status, status) => {
    expect(read({ capability_to_review_status })?.reviewStatus).toBe(status);
  });

  it('keeps errors with advice', () => {
    const errors = [
      { error_type: 'MISSING_INDIA_COMPLIANCE_FIELDS', title: 'Missing', description: 'Fields missing.' },
    ];
    expect(read({ errors })?.problems).toEqual([
      {
        source: 'meta',
        code: 'MISSING_INDIA_COMPLIANCE_FIELDS',
        message:
          'Fields missing. Goods imported into India need compliance.originCountry, importerName and importerAddress.',
      },
    ]);
  });

  it('takes a group of its own for none', () => {
    expect(read({ retailer_product_group_id: 'BALI' })?.groupId).toBeNull();
    expect(read({ retailer_product_group_id: 'ASIA' })?.groupId).toBe('ASIA');
  });

  it('reads options of either shape', () => {
    expect(read({ color: 'red', additional_variant_attributes: { Scent: 'Fruity' } })?.options).toEqual({
      color: 'red',
      Scent: 'Fruity',
    });
    expect(read({ additional_variant_attributes: [{ key: 'Scent', value: 'Fruity' }] })?.options).toEqual({
      Scent: 'Fruity',
    });
  });

  it.each([null, 'x', {}, { id: '1' }, { retailer_id: 'A' }])('does not take %j for one', (raw) => {
    expect(readRemoteItem(raw, 'INR')).toBeNull();
  });
});
