import { CustomerSheet } from './customer-sheet.tsx';
import { FulfilSheet } from './fulfil-sheet.tsx';
import { PaySheet } from './pay-sheet.tsx';
import { RefundSheet } from './refund-sheet.tsx';
import { RequestSheet } from './request-sheet.tsx';
import { ResolveSheet } from './resolve-sheet.tsx';
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

/** The form that was asked for. */
export default function OrderSheet({ order, sheet, onClose }: SheetOfOrder & { sheet: SheetName }) {
  const of = { order, onClose };
  switch (sheet.name) {
    case 'fulfil':
      return <FulfilSheet {...of} />;
    case 'pay':
      return <PaySheet {...of} />;
    case 'request':
      return <RequestSheet {...of} />;
    case 'refund':
      return <RefundSheet {...of} />;
    case 'customer':
      return <CustomerSheet {...of} />;
    case 'resolve':
      return <ResolveSheet {...of} item={sheet.item} />;
  }
}
