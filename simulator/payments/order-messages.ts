import { GraphError } from '../graph/graph-error.js';
import { asText, isObject, isText, type JsonObject, listOf } from '../json.js';

const wrong = (details: string): GraphError => new GraphError(131009, details);
const REFERENCE = /^[A-Za-z0-9._-]{1,35}$/;
const STATUSES = ['pending', 'processing', 'partially_shipped', 'shipped', 'completed', 'canceled'];

/** The request that a message makes, as Meta checks it: everything whole, and every sum right. */
export function checkOrderDetails(parameters: unknown): {
  reference: string;
  amount: number;
  currency: string;
} {
  if (!isObject(parameters)) throw wrong('action.parameters is missing');
  const { reference_id: reference, currency, type, payment_settings: settings, beneficiaries } = parameters;
  if (!isText(reference) || !REFERENCE.test(reference)) throw wrong('reference_id is invalid');
  if (currency !== 'INR') throw wrong('currency must be INR');
  if (type !== 'digital-goods' && type !== 'physical-goods') throw wrong('type is invalid');
  if (type === 'physical-goods' && listOf(beneficiaries).length === 0)
    throw wrong('beneficiaries are missing');
  if (listOf(settings).length !== 1) throw wrong('payment_settings must have one entry');
  const order = isObject(parameters.order) ? parameters.order : {};
  if (order.status !== 'pending') throw wrong('order.status must be pending');
  const items = listOf(order.items).filter(isObject);
  if (items.length === 0) throw wrong('order.items is missing');
  const sum = items.reduce((all, item) => all + priceOf(item) * Number(item.quantity), 0);
  const optional = (name: string): number => (order[name] === undefined ? 0 : amountOf(order[name], name));
  const [subtotal, tax] = [amountOf(order.subtotal, 'subtotal'), amountOf(order.tax, 'tax')];
  if (sum !== subtotal) throw wrong('subtotal is not the sum of the items');
  const total = amountOf(parameters.total_amount, 'total_amount');
  if (subtotal + tax + optional('shipping') - optional('discount') !== total)
    throw wrong('total_amount is not subtotal + tax + shipping - discount');
  return { reference, amount: total, currency };
}

export function checkOrderStatus(parameters: unknown, isKnown: (reference: string) => boolean): void {
  if (!isObject(parameters)) throw wrong('action.parameters is missing');
  const reference = asText(parameters.reference_id) ?? '';
  const status = isObject(parameters.order) ? asText(parameters.order.status) : undefined;
  if (!STATUSES.includes(status ?? '')) throw wrong('order.status is invalid');
  if (!isKnown(reference)) throw wrong('reference_id names no order_details message');
}

function priceOf({ name, amount, sale_amount: sale, retailer_id: retailerId }: JsonObject): number {
  if (!isText(name) || name.length > 60 || !isText(retailerId)) throw wrong('an item has no proper name');
  const full = amountOf(amount, 'amount');
  if (sale === undefined) return full;
  const reduced = amountOf(sale, 'sale_amount');
  if (reduced >= full) throw wrong('sale_amount must be less than amount');
  return reduced;
}

function amountOf(given: unknown, what: string): number {
  const { value, offset } = isObject(given) ? given : {};
  if (!Number.isSafeInteger(value) || (value as number) < 0 || offset !== 100)
    throw wrong(`${what} is invalid`);
  return value as number;
}
