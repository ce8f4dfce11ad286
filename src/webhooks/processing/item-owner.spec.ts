import { describe, expect, it } from '@jest/globals';
import { namedIn, ownerOf, type OwningSender } from './item-owner.js';
import type { AnyItem } from './webhook-items.js';

const SENDERS: OwningSender[] = [
  { id: 's1', organizationId: 'A', phoneNumberId: '1', businessAccountId: 'wa', signer: 'key-a' },
  { id: 's2', organizationId: 'B', phoneNumberId: '2', businessAccountId: 'wb', signer: 'key-b' },
  { id: 's3', organizationId: 'A', phoneNumberId: '3', businessAccountId: 'shared', signer: 'key-a' },
  { id: 's4', organizationId: 'B', phoneNumberId: '4', businessAccountId: 'shared', signer: 'key-b' },
  { id: 's5', organizationId: 'C', phoneNumberId: '5', businessAccountId: null, signer: null },
];
const about = (wabaId: string | null, phoneNumberId?: string | null): AnyItem =>
  ({ wabaId, ...(phoneNumberId === undefined ? {} : { phoneNumberId }) }) as AnyItem;
const OPERATOR = { signer: 'op', isOperator: true };
const A = { signer: 'key-a', isOperator: false };
const STRANGER = { signer: 'key-z', isOperator: false };

describe('ownerOf', () => {
  it.each([
    ['a number', about('wa', '1'), A, ['A'], 's1'],
    ['a number, whichever account is named with it', about('wb', '1'), A, ['A'], 's1'],
    ['a number of an unknown account', about(null, '1'), OPERATOR, ['A'], 's1'],
    ['a number without a secret, by the operator', about(null, '5'), OPERATOR, ['C'], 's5'],
    ['an account', about('wa'), A, ['A'], null],
    ['a number of an account that is not connected', about('wa', '99'), A, ['A'], null],
    ['a shared account, by the app of one', about('shared'), A, ['A'], null],
    ['a shared account, by the operator', about('shared'), OPERATOR, ['A', 'B'], null],
  ])('assigns %s to its owner', (_, item, signedBy, organizationIds, senderId) => {
    const organizationId = organizationIds.length === 1 ? organizationIds[0] : null;
    expect(ownerOf(item, SENDERS, signedBy)).toEqual({ organizationId, organizationIds, senderId });
  });

  it.each([
    ["another's number", about('wb', '2'), A],
    ["another's number in an own account", about('wa', '2'), A],
    ["another's account", about('wb'), A],
    ['a number without a secret', about(null, '5'), A],
    ['anything, by an unknown secret', about('wa', '1'), STRANGER],
    ['an unknown number and account', about('unknown', '99'), OPERATOR],
    ['nothing', about(null, null), OPERATOR],
    ['no account, though a sender has none', about(null), OPERATOR],
  ])('assigns %s to no owner', (_, item, signedBy) => {
    expect(ownerOf(item, SENDERS, signedBy)).toBeUndefined();
  });
});

it('namedIn returns every number and account once', () => {
  const items = [about('wa', '1'), about('wa', null), about(null, '1'), about('wb')];
  expect(namedIn(items)).toEqual({ phoneNumberIds: ['1'], businessAccountIds: ['wa', 'wb'] });
});
