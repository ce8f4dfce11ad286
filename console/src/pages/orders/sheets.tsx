import { CustomerSheet } from './customer-sheet.tsx';
import { FulfilSheet } from './fulfil-sheet.tsx';
import { PaySheet } from './pay-sheet.tsx';
import { RefundSheet } from './refund-sheet.tsx';
import { RequestSheet } from './request-sheet.tsx';
import { ResolveSheet } from './resolve-sheet.tsx';
import type { SheetName, SheetOfOrder } from './order-part.ts';

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
