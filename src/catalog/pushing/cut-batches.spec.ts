import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deleteRequest, updateRequest } from '../items/item-request.js';
import type { ItemValues } from '../items/item-fields.js';
import { firstBatch, MOST_REQUESTS, sizeOf } from './cut-batches.js';

const values = (description: string): ItemValues => ({
  name: 'A',
  description,
  price: '1.00 INR',
  salePrice: '',
  availability: 'in stock',
  condition: 'new',
  brand: 'B',
  category: '',
  url: 'https://shop.example',
  images: '["https://shop.example/1.jpg"]',
  visibility: 'published',
  options: '[]',
  group: 'A',
  compliance: '',
});
const bodyOf = (requests: object[]) =>
  JSON.stringify({ item_type: 'PRODUCT_ITEM', allow_upsert: true, requests });

it('takes what fits into requests and bytes, and always at least one', () => {
  const descriptions = fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      descriptions,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 500, max: 6_000 }),
      (texts, most, bytes) => {
        const requests = texts.map((text, index) => sizeOf(updateRequest(`SKU-${index}`, values(text))));
        const count = firstBatch(requests, { requests: most, bytes });
        const taken = requests.slice(0, count).map(({ request }) => request);
        expect(count).toBeGreaterThanOrEqual(1);
        expect(count).toBeLessThanOrEqual(most);
        if (count > 1) expect(Buffer.byteLength(bodyOf(taken))).toBeLessThanOrEqual(bytes);
        const next = requests[count];
        const isFull = count === most || next === undefined;
        // Not smaller than need be: the next request would have broken a limit.
        if (!isFull) expect(Buffer.byteLength(bodyOf([...taken, next.request])) + 100).toBeGreaterThan(bytes);
      },
    ),
  );
});

it('cuts 100,000 deletions into 34 calls', () => {
  const requests = Array.from({ length: 100_000 }, (_, index) => sizeOf(deleteRequest(`SKU-${index}`)));
  let calls = 0;
  for (let start = 0; start < requests.length; calls++) {
    start += firstBatch(requests.slice(start, start + MOST_REQUESTS + 1));
  }
  expect(calls).toBe(34);
});
