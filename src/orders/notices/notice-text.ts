import { formatMoney, parseMoney } from '../../rules/money/money.js';
import type { LineRow, OrderRow } from '../order/order-row.js';
import type { Placeholder } from '../settings/commerce-settings.js';

const NAMED_LINES = 10;

/** What the placeholders of a message stand for. */
export function noticeValues(
  order: OrderRow,
  lines: readonly Pick<LineRow, 'quantity' | 'productName'>[],
  amount: string | null,
  paymentUrl: string | null = null,
): Record<Placeholder, string> {
  const { orderNumber, customerName, total, currency, status, trackingNumber } = order;
  return {
    orderNumber,
    customerName,
    total: shownAmount(total, currency),
    items: itemsText(lines),
    status,
    trackingNumber: trackingNumber ?? '-',
    amount: amount === null ? '' : shownAmount(amount, currency),
    paymentUrl: paymentUrl ?? '',
  };
}

/** `INR 45,000.00` */
export function shownAmount(amount: string, currency: string): string {
  const [units = '0', decimals = '00'] = formatMoney(parseMoney(amount)).split('.');
  return `${currency} ${units.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals}`;
}

export function itemsText(lines: readonly Pick<LineRow, 'quantity' | 'productName'>[]): string {
  const shown = lines
    .slice(0, NAMED_LINES)
    .map(({ quantity, productName }) => `${quantity} x ${productName}`);
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** Meta counts characters, not UTF-16 units. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : Array.from(text).slice(0, max).join('');
