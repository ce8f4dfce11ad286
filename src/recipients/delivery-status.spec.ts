import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canMove } from '../rules/state-machine.js';
import {
  applyStatus,
  type Attempt,
  DELIVERY_STATUSES,
  type DeliveryStatus,
  STATE_RANK,
} from './delivery-status.js';
import { RECIPIENT_MOVES, type RecipientState } from './recipient-state.js';

const after = (
  start: RecipientState,
  statuses: readonly DeliveryStatus[],
  attempt?: Attempt,
): RecipientState => statuses.reduce((state, status) => applyStatus(state, status, attempt), start);

describe('statuses of the latest attempt', () => {
  it.each<[string, DeliveryStatus[], RecipientState]>([
    ['the usual order', ['accepted', 'sent', 'delivered', 'read', 'replied'], 'responded'],
    ['accepted is not yet delivered', ['accepted'], 'sent'],
    ['read at once, without delivered', ['sent', 'read'], 'read'],
    ['all in reverse order', ['read', 'delivered', 'sent', 'accepted'], 'read'],
    ['delivered twice, after read', ['read', 'delivered', 'delivered'], 'read'],
    ['a status before we store Meta’s response', ['delivered', 'accepted'], 'delivered'],
    ['held', ['held'], 'held'],
    ['held and released', ['held', 'sent', 'delivered'], 'delivered'],
    ['held and dropped', ['held', 'failed'], 'failed'],
    ['accepted, then refused', ['accepted', 'failed'], 'failed'],
    ['a late sent does not clear failed', ['failed', 'sent'], 'failed'],
    ['delivered to one phone, refused for another', ['delivered', 'failed'], 'delivered'],
    ['refused for one phone, delivered to another', ['failed', 'delivered'], 'delivered'],
    ['a voice message that was heard', ['sent', 'played'], 'read'],
    ['a reply before any status', ['accepted', 'replied', 'delivered'], 'responded'],
  ])('%s', (_, statuses, state) => {
    expect(after('sending', statuses)).toBe(state);
  });

  it.each<[RecipientState, DeliveryStatus, RecipientState]>([
    ['retry', 'failed', 'retry'], // the webhook came twice
    ['retry', 'sent', 'retry'],
    ['retry', 'delivered', 'delivered'], // it arrived after all, so no second message
    ['opted_out', 'failed', 'opted_out'],
    ['opted_out', 'delivered', 'delivered'],
    ['skipped', 'delivered', 'skipped'],
  ])('%s, then %s: %s', (state, status, next) => {
    expect(applyStatus(state, status)).toBe(next);
  });
});

describe('statuses of an earlier attempt', () => {
  it.each<[string, Attempt, RecipientState, DeliveryStatus, RecipientState]>([
    ['its failure, repeated', 'refused', 'queued', 'failed', 'queued'],
    ['its failure, during the next attempt', 'refused', 'sending', 'failed', 'sending'],
    ['its sent, out of order', 'refused', 'queued', 'sent', 'queued'],
    ['its delivery after all', 'refused', 'queued', 'delivered', 'delivered'],
    ['its delivery does not undo a reply', 'refused', 'responded', 'read', 'responded'],
    ['given up, then sent', 'unconfirmed', 'failed', 'sent', 'sent'],
    ['given up, then read', 'unconfirmed', 'failed', 'read', 'read'],
    ['given up, then truly refused', 'unconfirmed', 'failed', 'failed', 'failed'],
    ['given up, retried by hand, then sent', 'unconfirmed', 'queued', 'sent', 'sent'],
    ['given up, retried by hand, then refused', 'unconfirmed', 'queued', 'failed', 'queued'],
  ])('%s', (_, attempt, state, status, next) => {
    expect(applyStatus(state, status, attempt)).toBe(next);
  });
});

describe('in any order', () => {
  const statuses = fc.array(fc.constantFrom(...DELIVERY_STATUSES), { minLength: 1, maxLength: 8 });
  const outOnTheWay = fc.constantFrom<RecipientState>('sending', 'held', 'sent');
  const inTwoOrders = statuses.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
  );

  it('the same statuses lead to the same state, however often each arrives', () => {
    fc.assert(
      fc.property(outOnTheWay, inTwoOrders, (start, [list, again]) => {
        expect(after(start, again)).toBe(after(start, list));
      }),
    );
  });

  it('so do those of a refused attempt, whatever state the next one is in', () => {
    const waiting = fc.constantFrom<RecipientState>('pending', 'queued', 'retry', 'sending', 'held');
    fc.assert(
      fc.property(waiting, inTwoOrders, (start, [list, again]) => {
        expect(after(start, again, 'refused')).toBe(after(start, list, 'refused'));
      }),
    );
  });

  it('no status moves a state back', () => {
    fc.assert(
      fc.property(outOnTheWay, statuses, (start, list) => {
        let rank = STATE_RANK[start];
        for (const [n] of list.entries()) {
          const next = STATE_RANK[after(start, list.slice(0, n + 1))];
          expect(next).toBeGreaterThanOrEqual(rank);
          rank = next;
        }
      }),
    );
  });
});

describe('every change of state', () => {
  const WEBHOOK = DELIVERY_STATUSES.filter((status) => status !== 'accepted' && status !== 'held');
  const cases: [Attempt, RecipientState[], readonly DeliveryStatus[]][] = [
    [
      'latest',
      ['sending', 'held', 'sent', 'failed', 'retry', 'opted_out', 'delivered', 'read', 'responded'],
      DELIVERY_STATUSES,
    ],
    [
      'refused',
      ['pending', 'queued', 'retry', 'sending', 'held', 'sent', 'failed', 'delivered', 'read'],
      WEBHOOK,
    ],
    ['unconfirmed', ['failed', 'pending', 'queued', 'sending'], WEBHOOK],
  ];

  it.each(cases)('by a status of the %s attempt is a legal move', (attempt, states, statuses) => {
    for (const state of states) {
      for (const status of statuses) {
        const next = applyStatus(state, status, attempt);
        expect([state, status, next === state || canMove(RECIPIENT_MOVES, state, next)]).toEqual([
          state,
          status,
          true,
        ]);
      }
    }
  });
});
