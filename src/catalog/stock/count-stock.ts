import { DomainError } from '../../rules/errors/domain-error.js';
import type { Stock } from './stock-moves.js';

/** What a person or a till says about the pieces that are free to sell. */
export type StockCount = ({ set: number } | { adjust: number }) & {
  /** What the caller saw. If it is no longer so, nothing changes. */
  expected?: number | null;
  reason: string;
};

export const MAX_STOCK = 10_000_000;

/** The new quantity, or why it cannot be. */
export function countStock({ quantity }: Stock, count: StockCount): number {
  if (count.expected !== undefined && count.expected !== quantity) {
    const detail = `The quantity is ${shown(quantity)}, not ${shown(count.expected)}. Look again and repeat the call.`;
    throw new DomainError('conflict', 'stock_changed', detail);
  }
  const wanted = 'set' in count ? count.set : adjusted(quantity, count.adjust);
  if (wanted < 0) {
    const detail = `Stock cannot be below zero: there are ${shown(quantity)}, and this would make it ${wanted}.`;
    throw new DomainError('rule', 'stock_below_zero', detail);
  }
  if (wanted > MAX_STOCK) {
    const detail = `Stock cannot be above ${MAX_STOCK}: this would make it ${wanted}.`;
    throw new DomainError('rule', 'stock_too_large', detail);
  }
  return wanted;
}

function adjusted(quantity: number | null, by: number): number {
  if (quantity !== null) return quantity + by;
  const detail = 'Its stock is not tracked, so there is nothing to adjust. Set the quantity first.';
  throw new DomainError('rule', 'stock_not_tracked', detail);
}

const shown = (quantity: number | null): string => (quantity === null ? 'not tracked' : String(quantity));
