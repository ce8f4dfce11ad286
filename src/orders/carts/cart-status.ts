import { DomainError } from '../../rules/errors/domain-error.js';
import type { Moves } from '../../rules/state-machine.js';

export const CART_STATUSES = ['active', 'checkout', 'converted', 'abandoned', 'expired'] as const;
export type CartStatus = (typeof CART_STATUSES)[number];

/** `checkout`: sent to the customer as it is; `abandoned`: idle; `converted`: an order. */
export const CART_MOVES: Moves<CartStatus> = {
  active: ['checkout', 'converted', 'abandoned', 'expired'],
  checkout: ['active', 'converted', 'abandoned', 'expired'],
  abandoned: ['active', 'checkout', 'converted', 'expired'],
  converted: [],
  expired: [],
};

interface Aging {
  status: CartStatus;
  expiresAt: Date | null;
}

/** Why nothing happens to the cart any more; null: it is open. A cart ends at its time, also before the job has seen it. */
export function closedBy({ status, expiresAt }: Aging, now: Date): 'converted' | 'expired' | null {
  if (status === 'converted' || status === 'expired') return status;
  return expiresAt !== null && expiresAt <= now ? 'expired' : null;
}

export function assertOpen(cart: Aging, now: Date): void {
  const closed = closedBy(cart, now);
  if (closed === null) return;
  const detail =
    closed === 'converted'
      ? 'This cart has become an order. Change the order, or build another cart.'
      : 'This cart has expired. Build another one.';
  throw new DomainError('conflict', 'cart_closed', detail);
}
