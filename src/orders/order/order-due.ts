import { type Cents, parseMoney, sumMoney } from '../../rules/money/money.js';
import { commonUnit, lineValues, shareOf } from './line-share.js';
import { balanceOf } from './order-money.js';
import type { LineRow, OrderRow } from './order-row.js';

type OwedOrder = Pick<OrderRow, 'currency' | 'discount' | 'tax' | 'pricesIncludeTax' | 'total'>;
type OwedLine = Pick<LineRow, 'quantity' | 'totalPrice' | 'tax' | 'cancelledQuantity' | 'returnedQuantity'>;

/** The total less what the units are worth that were cancelled or came back. */
export function owedOf(order: OwedOrder, lines: readonly OwedLine[]): Cents {
  const values = lineValues(order, lines);
  const unit = commonUnit(order.currency, values);
  const gone = lines.map(({ quantity, cancelledQuantity, returnedQuantity }, place) => {
    const more = cancelledQuantity + returnedQuantity;
    const none = { quantity, value: values[place] ?? 0n, units: 0, amount: 0n };
    return more === 0 ? 0n : shareOf(none, more, unit);
  });
  return parseMoney(order.total) - sumMoney(gone);
}

/** What the customer still has to pay for what they keep; negative when more than that was paid. */
export function dueOf(
  order: OwedOrder & Pick<OrderRow, 'paidAmount' | 'refundedAmount'>,
  lines: readonly OwedLine[],
): Cents {
  return balanceOf(owedOf(order, lines), parseMoney(order.paidAmount), parseMoney(order.refundedAmount));
}
