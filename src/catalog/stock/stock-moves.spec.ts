import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type KnownStock, type MovedBy, moveStock, type StockLine, type StockMove } from './stock-moves.js';

const BY: MovedBy = { keyId: null, reason: 'test' };
const stock = (
  productId: string,
  quantity: number | null,
  reservedQuantity = 0,
  isGroup = false,
): KnownStock => ({
  productId,
  variantId: null,
  quantity,
  reservedQuantity,
  isGroup,
});
const line = (productId: string, quantity: number, orderId = 'o'): StockLine => ({
  productId,
  variantId: null,
  orderId,
  quantity,
});
const outcomes = (known: KnownStock[], lines: StockLine[], move: StockMove) =>
  moveStock(known, lines, move, BY).results.map(({ outcome }) => outcome);

describe('reserving', () => {
  it('gives the last piece to the first line, and takes all of a line or nothing', () => {
    const known = [stock('a', 3), stock('b', 1)];
    const lines = [line('a', 2), line('a', 2), line('a', 1), line('b', 1), line('b', 1)];
    expect(outcomes(known, lines, 'reserve')).toEqual(['moved', 'short', 'moved', 'moved', 'short']);
  });

  it('takes no part in stock that is not tracked, in groups and in what is gone', () => {
    const known = [stock('untracked', null), stock('group', 5, 0, true)];
    const lines = [line('untracked', 1), line('group', 1), line('gone', 1)];
    const moved = moveStock(known, lines, 'reserve', BY);
    expect(moved.results.map(({ outcome }) => outcome)).toEqual(['untracked', 'gone', 'gone']);
    expect([moved.changes, moved.movements]).toEqual([[], []]);
  });

  it('keeps a product and its variant apart', () => {
    const known = [stock('a', 1), { ...stock('a', 1), variantId: 'v' }];
    const lines = [line('a', 1), { ...line('a', 1), variantId: 'v' }];
    expect(outcomes(known, lines, 'reserve')).toEqual(['moved', 'moved']);
  });
});

describe('after a reservation', () => {
  it('a group gives back what it promised before it became one', () => {
    const moved = moveStock([stock('a', 5, 2, true)], [line('a', 2)], 'release', BY);
    expect(moved.results).toEqual([{ outcome: 'moved', after: { quantity: 7, reservedQuantity: 0 } }]);
  });

  it('stock that is no longer tracked loses only what is reserved', () => {
    for (const move of ['release', 'fulfil'] as const) {
      const { movements } = moveStock([stock('a', null, 2)], [line('a', 2)], move, BY);
      expect(movements).toMatchObject([{ quantity: 0, reserved: -2, quantityAfter: null, reservedAfter: 0 }]);
    }
    expect(outcomes([stock('a', null, 0)], [line('a', 2)], 'return')).toEqual(['untracked']);
  });

  it('more than is reserved cannot be released or fulfilled', () => {
    for (const move of ['release', 'fulfil'] as const) {
      expect(() => moveStock([stock('a', 5, 1)], [line('a', 2)], move, BY)).toThrow(RangeError);
    }
  });
});

it('movements, replayed, lead to the stock; no quantity is ever below zero; fulfilling alone takes from what is on hand', () => {
  const sellables = ['a', 'b', 'c'];
  const steps = fc.array(
    fc.record({
      move: fc.constantFrom<StockMove>('reserve', 'release', 'fulfil', 'return'),
      lines: fc.array(fc.tuple(fc.constantFrom(...sellables), fc.integer({ min: 1, max: 9 })), {
        maxLength: 6,
      }),
    }),
    { maxLength: 12 },
  );
  const beginning = fc.array(fc.option(fc.integer({ min: 0, max: 20 })), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(beginning, steps, (quantities, moves) => {
      let known = sellables.map((id, n) => stock(id, quantities[n] ?? null));
      for (const { move, lines } of moves) {
        // Only what is reserved can be released or fulfilled.
        const left = new Map(known.map(({ productId, reservedQuantity }) => [productId, reservedQuantity]));
        const possible = lines.filter(([id, pieces]) => {
          if (move === 'reserve' || move === 'return') return true;
          const rest = (left.get(id) ?? 0) - pieces;
          if (rest >= 0) left.set(id, rest);
          return rest >= 0;
        });
        const moved = moveStock(
          known,
          possible.map(([id, pieces]) => line(id, pieces)),
          move,
          BY,
        );
        known = known.map((before) => {
          const own = moved.movements.filter(({ productId }) => productId === before.productId);
          const after = {
            ...before,
            quantity: own.reduce<number | null>(
              (n, m) => (n === null ? null : n + m.quantity),
              before.quantity,
            ),
            reservedQuantity: own.reduce((n, m) => n + m.reserved, before.reservedQuantity),
          };
          const last = own.at(-1);
          if (last !== undefined) {
            expect([last.quantityAfter, last.reservedAfter]).toEqual([
              after.quantity,
              after.reservedQuantity,
            ]);
          }
          const change = moved.changes.find(({ productId }) => productId === before.productId);
          expect(change?.reserved ?? 0).toBe(after.reservedQuantity - before.reservedQuantity);
          expect(after.quantity ?? 0).toBeGreaterThanOrEqual(0);
          expect(after.reservedQuantity).toBeGreaterThanOrEqual(0);
          if (before.quantity !== null && (move === 'reserve' || move === 'release')) {
            expect((after.quantity ?? 0) + after.reservedQuantity).toBe(
              before.quantity + before.reservedQuantity,
            );
          }
          return after;
        });
      }
    }),
  );
});
