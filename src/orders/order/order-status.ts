import { type Moves } from '../../rules/state-machine.js';

export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'processing',
  'completed',
  'cancelled',
  'refunded',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What a caller may ask for. An order becomes refunded by itself, when the last of its money has gone back. */
export const ORDER_MOVES: Moves<OrderStatus> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['processing', 'completed', 'cancelled'],
  processing: ['completed', 'cancelled'],
  completed: [],
  cancelled: [],
  refunded: [],
};

/** What happens by itself as well. */
export const ALL_ORDER_MOVES: Moves<OrderStatus> = {
  ...ORDER_MOVES,
  completed: ['refunded'],
  cancelled: ['refunded'],
};

export const PAYMENT_STATUSES = ['unpaid', 'partial', 'paid', 'partially_refunded', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Never set by anyone: it follows from what was captured and given back, in hundredths. */
export function paymentStatusOf(paid: bigint, refunded: bigint, total: bigint): PaymentStatus {
  if (paid <= 0n) return 'unpaid';
  if (refunded >= paid) return 'refunded';
  if (refunded > 0n) return 'partially_refunded';
  return paid >= total ? 'paid' : 'partial';
}

export const FULFILLMENT_STATUSES = ['unfulfilled', 'partially_fulfilled', 'fulfilled'] as const;
export type FulfillmentStatus = (typeof FULFILLMENT_STATUSES)[number];

interface Units {
  quantity: number;
  fulfilledQuantity: number;
  cancelledQuantity: number;
}

export const unitsLeft = ({ quantity, fulfilledQuantity, cancelledQuantity }: Units): number =>
  quantity - fulfilledQuantity - cancelledQuantity;

export function fulfillmentStatusOf(lines: readonly Units[]): FulfillmentStatus {
  if (lines.every(({ fulfilledQuantity }) => fulfilledQuantity === 0)) return 'unfulfilled';
  return lines.every((line) => unitsLeft(line) === 0) ? 'fulfilled' : 'partially_fulfilled';
}

/** Orders in these states take what leaves the house. */
export const takesFulfilment = (status: OrderStatus): boolean =>
  status === 'confirmed' || status === 'processing';

/** Orders that are over: no money is recorded and no stock is reserved for them. */
export const isOver = (status: OrderStatus): boolean => status === 'cancelled' || status === 'refunded';
