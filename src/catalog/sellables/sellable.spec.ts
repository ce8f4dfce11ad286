import { describe, expect, it } from '@jest/globals';
import { type Sellable, whyUnsendable } from './sellable.js';

const MUG: Sellable = {
  ...{ catalogId: 'c', productId: 'p', variantId: null, sku: 'MUG', name: 'Mug' },
  ...{ isGroup: false, isActive: true, isVisible: true, isInStock: true, isAtMeta: true },
  ...{ syncStatus: 'synced', reviewStatus: 'APPROVED', reviewReasons: [] },
};

describe('a product in a message', () => {
  it.each<[string, Partial<Sellable>, string | null]>([
    ['is sent when Meta has it', {}, null],
    ['is sent while an edit waits', { syncStatus: 'dirty' }, null],
    ['is sent before its review', { reviewStatus: null }, null],
    ['is sent while its review is out of date', { reviewStatus: 'OUTDATED' }, null],
    ['needs a variant when it is a group', { isGroup: true, isAtMeta: false }, 'variant_needed'],
    ['must be active', { isActive: false, isVisible: false }, 'inactive'],
    ['must be visible', { isVisible: false }, 'hidden'],
    ['must be in stock', { isInStock: false, isAtMeta: false }, 'out_of_stock'],
    ['must be at Meta', { isAtMeta: false, syncStatus: 'not_synced' }, 'not_synced'],
    ['must not be rejected, in any spelling', { reviewStatus: 'rejected' }, 'rejected'],
  ])('%s', (_, change, reason) => {
    expect(whyUnsendable({ ...MUG, ...change })?.reason ?? null).toBe(reason);
  });

  it('says what the review found', () => {
    const found = whyUnsendable({ ...MUG, reviewStatus: 'REJECTED', reviewReasons: ['Weapons', 'Alcohol'] });
    expect(found?.message).toBe("was rejected in Meta's review: Weapons; Alcohol");
  });
});
