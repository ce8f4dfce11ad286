import type { Order, OrderItem } from './orders.query.ts';

export type SheetName =
  { name: 'fulfil' | 'pay' | 'request' | 'refund' | 'customer' } | { name: 'resolve'; item: OrderItem };

export interface OrderPart {
  order: Order;
  /** Undefined: this person may only look. */
  open: ((sheet: SheetName) => void) | undefined;
}

export interface SheetOfOrder {
  order: Order;
  onClose: () => void;
}
