import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chosenOf, GROUP_NAMES, GROUPS, kindsOf } from './kind-groups.ts';

describe('the kinds of events an address hears of', () => {
  it('are offered as groups, and what no group covers stays', () => {
    const kinds = ['order.*', 'payment.*', 'refund.*', 'cart.*', 'customer.opted_out'];
    expect(chosenOf(kinds)).toEqual({
      isEverything: false,
      groups: ['orders'],
      single: 'customer.opted_out',
    });
  });

  it('never change by being looked at', () => {
    const kind = fc.constantFrom(
      'order.paid',
      'custom.visit',
      'campaign.started',
      ...Object.values(GROUPS).flat(),
    );
    fc.assert(
      fc.property(fc.uniqueArray(kind), (kinds) => {
        expect(kindsOf(chosenOf(kinds)).toSorted()).toEqual(kinds.toSorted());
      }),
    );
  });

  it('are everything alone when everything is chosen', () => {
    expect(kindsOf({ isEverything: true, groups: GROUP_NAMES, single: '' })).toEqual(['*']);
  });
});
