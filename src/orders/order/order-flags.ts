/**
 * What is remarkable about an order. `review`: a person has to look, and until then nothing confirms itself and no
 * payment is asked for. `confirmation`: matters only when the order is to be confirmed. `note`: holds up nothing.
 */
const KINDS = {
  unknown_catalog: 'review',
  unknown_product: 'review',
  variant_missing: 'review',
  price_differs: 'review',
  currency_differs: 'review',
  bad_price: 'review',
  bad_quantity: 'review',
  no_lines: 'review',
  too_many_lines: 'review',
  total_too_large: 'review',
  payment_mismatch: 'review',
  stock_short: 'confirmation',
  reservation_expired: 'confirmation',
  product_deleted: 'confirmation',
  inactive_product: 'confirmation',
  possible_duplicate: 'note',
  quantity_over_99: 'note',
  overpaid: 'note',
  paid_without_stock: 'note',
  refund_due: 'note',
} as const satisfies Record<string, 'review' | 'confirmation' | 'note'>;

export type OrderFlag = keyof typeof KINDS;
export const ORDER_FLAGS = Object.keys(KINDS) as readonly OrderFlag[];

/** The flags that one line alone can cause, kept on it. */
const OF_LINES: ReadonlySet<OrderFlag> = new Set([
  'unknown_product',
  'variant_missing',
  'price_differs',
  'currency_differs',
  'bad_price',
  'bad_quantity',
  'stock_short',
  'product_deleted',
  'inactive_product',
  'quantity_over_99',
]);

/** Whatever a person must settle or accept before the order is confirmed. What is short is tried again instead. */
const TRIED_AGAIN: ReadonlySet<OrderFlag> = new Set(['stock_short', 'reservation_expired']);

/** Those that a person has to look at. */
export const reviewed = (flags: readonly OrderFlag[]): OrderFlag[] =>
  flags.filter((flag) => KINDS[flag] === 'review');

export const needsReview = (flags: readonly OrderFlag[]): boolean => reviewed(flags).length > 0;

export const blocksConfirmation = (flags: readonly OrderFlag[]): OrderFlag[] =>
  flags.filter((flag) => KINDS[flag] !== 'note' && !TRIED_AGAIN.has(flag));

/** The flags of an order whose lines have changed: its own ones stay, those of lines are what the lines say. */
export function flagsAfter(
  flags: readonly OrderFlag[],
  lines: readonly { problems: readonly OrderFlag[] }[],
): OrderFlag[] {
  const ofLines = lines.flatMap(({ problems }) => problems);
  return inOrder([...flags.filter((flag) => !OF_LINES.has(flag)), ...ofLines]);
}

/** Each once, always in the same order. */
export function inOrder(flags: readonly OrderFlag[]): OrderFlag[] {
  const set = new Set(flags);
  return ORDER_FLAGS.filter((flag) => set.has(flag));
}

export const without = <Flag extends string>(flags: readonly Flag[], ...gone: readonly Flag[]): Flag[] =>
  flags.filter((flag) => !gone.includes(flag));
