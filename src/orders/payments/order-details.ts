import { type OffsetAmount, toOffsetAmount } from '../../rules/money/amount-encodings.js';
import { type Cents, parseMoney } from '../../rules/money/money.js';
import type { Address, LineRow, OrderRow } from '../order/order-row.js';
import type { WhatsappGatewayName } from '../payment-accounts/payment-account.js';

export interface DetailsRequest {
  order: Pick<
    OrderRow,
    | 'orderNumber'
    | 'currency'
    | 'subtotal'
    | 'tax'
    | 'discount'
    | 'shippingFee'
    | 'total'
    | 'pricesIncludeTax'
  > & { shippingAddress: Address | null };
  lines: readonly Pick<
    LineRow,
    'retailerId' | 'productSku' | 'productName' | 'quantity' | 'unitPrice' | 'listPrice'
  >[];
  metaCatalogId: string;
  reference: string;
  /** What is asked for: the whole order, or a part of it. */
  amount: Cents;
  expiresAt: Date;
  gateway: WhatsappGatewayName;
  configurationName: string;
}

interface DetailsItem {
  retailer_id: string;
  name: string;
  amount: OffsetAmount;
  sale_amount?: OffsetAmount;
  quantity: number;
}

/** The parameters of Meta's `order_details`, in the message and in the button of a template. */
export interface OrderDetails {
  [field: string]: unknown;
  total_amount: OffsetAmount;
  order: {
    [field: string]: unknown;
    items: DetailsItem[];
    subtotal: OffsetAmount;
    tax: OffsetAmount & { description: string };
    shipping: OffsetAmount;
    discount: OffsetAmount & { discount_program_name: string };
  };
}

const LONGEST_NAME = 60;

/**
 * What is not asked for now stands in the discount, under its own name: Meta wants the total to follow from its parts, and
 * the total is what the customer pays.
 */
export function orderDetails(request: DetailsRequest): OrderDetails {
  const { order, lines, reference, amount, expiresAt, gateway, configurationName } = request;
  const rest = parseMoney(order.total) - amount;
  const discount = parseMoney(order.discount);
  const beneficiary = beneficiaryOf(order.shippingAddress);
  const details: OrderDetails = {
    reference_id: reference,
    type: beneficiary === null ? 'digital-goods' : 'physical-goods',
    ...(beneficiary === null ? {} : { beneficiaries: [beneficiary] }),
    payment_settings: [
      {
        type: 'payment_gateway',
        payment_gateway: {
          type: gateway,
          configuration_name: configurationName,
          ...extrasOf(gateway, reference, order.orderNumber),
        },
      },
    ],
    currency: order.currency,
    total_amount: toOffsetAmount(amount),
    order: {
      status: 'pending',
      catalog_id: request.metaCatalogId,
      expiration: {
        timestamp: String(Math.floor(expiresAt.getTime() / 1_000)),
        description: 'The time to pay is over',
      },
      items: lines.filter(({ quantity }) => quantity > 0).map(itemOf),
      subtotal: toOffsetAmount(parseMoney(order.subtotal)),
      tax: order.pricesIncludeTax
        ? { ...toOffsetAmount(0n), description: 'Prices include tax' }
        : { ...toOffsetAmount(parseMoney(order.tax)), description: 'Tax' },
      shipping: toOffsetAmount(parseMoney(order.shippingFee)),
      discount: {
        ...toOffsetAmount(discount + rest),
        discount_program_name: rest === 0n ? 'Discount' : 'Discount, and what is paid separately',
      },
    },
  };
  prove(details);
  return details;
}

/** Meta checks the same and refuses the message; a wrong sum must not leave the house. */
export function prove({ total_amount: total, order }: OrderDetails): void {
  const { items, subtotal, tax, shipping, discount } = order;
  const amounts = [total, subtotal, tax, shipping, discount, ...items.flatMap(amountsOf)];
  const areWhole = amounts.every(
    ({ value, offset }) => offset === 100 && Number.isSafeInteger(value) && value >= 0,
  );
  const sum = items.reduce(
    (all, { amount, sale_amount: sale, quantity }) => all + BigInt((sale ?? amount).value) * BigInt(quantity),
    0n,
  );
  const isSale = items.every(
    ({ amount, sale_amount: sale }) => sale === undefined || sale.value < amount.value,
  );
  const due = BigInt(subtotal.value) + BigInt(tax.value) + BigInt(shipping.value) - BigInt(discount.value);
  const isRight = areWhole && isSale && items.length > 0 && sum === BigInt(subtotal.value);
  if (!isRight || due !== BigInt(total.value) || total.value === 0) {
    throw new RangeError('the parts of an order do not add up to its total');
  }
}

const amountsOf = ({ amount, sale_amount: sale }: DetailsItem): OffsetAmount[] =>
  sale === undefined ? [amount] : [amount, sale];

function itemOf(line: DetailsRequest['lines'][number]): DetailsItem {
  const price = parseMoney(line.unitPrice);
  const listed = line.listPrice === null ? price : parseMoney(line.listPrice);
  const isReduced = price < listed;
  return {
    retailer_id: line.retailerId ?? line.productSku,
    name: Array.from(line.productName).slice(0, LONGEST_NAME).join(''),
    amount: toOffsetAmount(isReduced ? listed : price),
    ...(isReduced ? { sale_amount: toOffsetAmount(price) } : {}),
    quantity: line.quantity,
  };
}

/** Null: nothing is shipped, or not to an address that Meta takes. */
function beneficiaryOf(address: Address | null): Record<string, string> | null {
  if (address === null) return null;
  const { name, line1, line2, city, state, postalCode, country } = address;
  const isIndian = /^(india|in|ind)$/i.test(country ?? 'India');
  if (!isIndian || !/^\d{6}$/.test(postalCode ?? '')) return null;
  if (!name || !line1 || !city || !state) return null;
  return {
    name,
    address_line1: line1.slice(0, 100),
    ...(line2 ? { address_line2: line2.slice(0, 100) } : {}),
    ...{ city, state, country: 'India', postal_code: postalCode ?? '' },
  };
}

function extrasOf(gateway: WhatsappGatewayName, reference: string, orderNumber: string): object {
  if (gateway === 'razorpay') return { razorpay: { receipt: reference, notes: { order: orderNumber } } };
  return gateway === 'payu' ? { payu: { udf1: orderNumber } } : {};
}
