import type { CsvCell } from '../../platform/csv/csv-lines.js';
import type { LineRow, OrderRow } from './order-row.js';

type Column = (order: OrderRow, line: LineRow | undefined) => CsvCell;

const COLUMNS: Readonly<Record<string, Column>> = {
  orderNumber: ({ orderNumber }) => orderNumber,
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  status: ({ status }) => status,
  paymentStatus: ({ paymentStatus }) => paymentStatus,
  fulfillmentStatus: ({ fulfillmentStatus }) => fulfillmentStatus,
  customerName: ({ customerName }) => customerName,
  phoneNumber: ({ phoneNumber }) => phoneNumber,
  customerEmail: ({ customerEmail }) => customerEmail,
  currency: ({ currency }) => currency,
  subtotal: ({ subtotal }) => subtotal,
  discount: ({ discount }) => discount,
  shippingFee: ({ shippingFee }) => shippingFee,
  tax: ({ tax }) => tax,
  total: ({ total }) => total,
  paidAmount: ({ paidAmount }) => paidAmount,
  refundedAmount: ({ refundedAmount }) => refundedAmount,
  flags: ({ flags }) => flags.join('|'),
  lineNo: (_, line) => line?.lineNo ?? null,
  sku: (_, line) => line?.productSku ?? null,
  productName: (_, line) => line?.productName ?? null,
  quantity: (_, line) => line?.quantity ?? null,
  unitPrice: (_, line) => line?.unitPrice ?? null,
  totalPrice: (_, line) => line?.totalPrice ?? null,
  fulfilledQuantity: (_, line) => line?.fulfilledQuantity ?? null,
  cancelledQuantity: (_, line) => line?.cancelledQuantity ?? null,
  trackingNumber: ({ trackingNumber }) => trackingNumber,
  customerNotes: ({ customerNotes }) => customerNotes,
};

export const EXPORT_HEADER = Object.keys(COLUMNS);

/** A row for each line; one for an order without lines. */
export function exportedCells(order: OrderRow, lines: readonly LineRow[]): CsvCell[][] {
  const rows = lines.length === 0 ? [undefined] : lines;
  return rows.map((line) => Object.values(COLUMNS).map((column) => column(order, line)));
}
