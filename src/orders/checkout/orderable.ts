import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';

interface Line {
  productName: string;
  quantity: number;
  problems: readonly string[];
}

const UNSOLD = new Set(['product_deleted', 'unknown_product', 'variant_missing', 'inactive_product']);

/** Refuses an empty cart and one with something that is not for sale. What is short is known only by the stock. */
export function assertOrderable(lines: readonly Line[]): void {
  if (lines.length === 0) throw new DomainError('rule', 'cart_empty', 'There is nothing in this cart.');
  const errors = errorsOf(lines, ({ problems }) => problems.some((problem) => UNSOLD.has(problem)));
  if (errors.length === 0) return;
  const unsold = errors.map(({ field, message }) => ({ field, message: `${message} is not for sale` }));
  const detail = `Not everything in this cart is for sale: ${unsold.map(({ message }) => message).join(', ')}.`;
  throw new DomainError('rule', 'product_unavailable', detail, { errors: unsold });
}

export function assertInStock(lines: readonly Line[]): void {
  const errors = errorsOf(lines, ({ problems }) => problems.includes('stock_short'));
  if (errors.length === 0) return;
  const short = errors.map(({ field, message }) => ({ field, message: `${message}: not enough in stock` }));
  const named = short.map(({ message }) => message).join(', ');
  const detail = `There is not enough in stock: ${named}. Change the cart, or order it with allowShort.`;
  throw new DomainError('rule', 'stock_short', detail, { errors: short });
}

function errorsOf(lines: readonly Line[], isBad: (line: Line) => boolean): FieldError[] {
  return lines.flatMap((line, place) =>
    isBad(line) ? [{ field: `items.${place}`, message: `${line.quantity} x ${line.productName}` }] : [],
  );
}
