import type { Movement } from './movement.js';

/** What can be in stock: a variant, or a product without variants. */
export interface Sellable {
  productId: string;
  variantId: string | null;
}

export interface Stock {
  /** Free to sell; null: not tracked. */
  quantity: number | null;
  reservedQuantity: number;
}

export interface KnownStock extends Sellable, Stock {
  /** A group is not sold: its variants are. */
  isGroup: boolean;
}

/** Pieces of a sellable that an order wants, gives back or takes away. */
export interface StockLine extends Sellable {
  orderId: string;
  /** At least 1. */
  quantity: number;
}

/** Who moves stock, and why. */
export interface MovedBy {
  keyId: string | null;
  reason: string | null;
}

export type StockMove = 'reserve' | 'release' | 'fulfil' | 'return';

/**
 * `short`: there is less than wanted, and nothing was taken. `untracked`: its stock is not counted. `gone`: it no longer
 * exists, or has become a group.
 */
export type MoveOutcome = 'moved' | 'short' | 'untracked' | 'gone';

export interface MoveResult {
  outcome: MoveOutcome;
  /** The stock after this line; null where nothing is known of it. */
  after: Stock | null;
}

export interface StockMoves {
  /** One for each line, in the same order. */
  results: MoveResult[];
  movements: Movement[];
  /** The sellables that changed, with the sum of their changes. */
  changes: (Sellable & { quantity: number; reserved: number })[];
}

interface Change {
  quantity: number;
  reserved: number;
}

/** What a move does to tracked stock. Returning pieces to the shelf does not concern what is reserved. */
const EFFECTS: Readonly<Record<StockMove, (pieces: number) => Change>> = {
  reserve: (pieces) => ({ quantity: -pieces, reserved: pieces }),
  release: (pieces) => ({ quantity: pieces, reserved: -pieces }),
  fulfil: (pieces) => ({ quantity: 0, reserved: -pieces }),
  return: (pieces) => ({ quantity: pieces, reserved: 0 }),
};

export const keyOf = ({ productId, variantId }: Sellable): string => variantId ?? productId;

/**
 * Decides the lines one after the other on the locked stock: the first line of two takes the last piece. A line is moved
 * whole or not at all.
 */
export function moveStock(
  known: readonly KnownStock[],
  lines: readonly StockLine[],
  move: StockMove,
  by: MovedBy,
): StockMoves {
  const stocks = new Map(known.map((stock) => [keyOf(stock), { ...stock }]));
  const sums = new Map<string, StockMoves['changes'][number]>();
  const movements: Movement[] = [];
  const results = lines.map((line): MoveResult => {
    const stock = stocks.get(keyOf(line));
    if (stock === undefined || (move === 'reserve' && stock.isGroup)) return { outcome: 'gone', after: null };
    const change = changeOf(stock, line, move);
    if (typeof change === 'string') return { outcome: change, after: shown(stock) };
    apply(stock, change);
    movements.push(movementOf(stock, line, { kind: move, ...change }, by));
    const sum = sums.get(keyOf(line)) ?? {
      productId: stock.productId,
      variantId: stock.variantId,
      quantity: 0,
      reserved: 0,
    };
    sum.quantity += change.quantity;
    sum.reserved += change.reserved;
    sums.set(keyOf(line), sum);
    return { outcome: 'moved', after: shown(stock) };
  });
  return { results, movements, changes: [...sums.values()] };
}

function changeOf(
  stock: Stock,
  { quantity: pieces }: StockLine,
  move: StockMove,
): Change | 'short' | 'untracked' {
  const change = EFFECTS[move](pieces);
  if (stock.reservedQuantity + change.reserved < 0) {
    throw new RangeError(`cannot ${move} ${pieces} pieces when ${stock.reservedQuantity} are reserved`);
  }
  if (stock.quantity !== null) return stock.quantity + change.quantity < 0 ? 'short' : change;
  // Tracking may have been switched off since the reservation. What is still reserved then ends without a count.
  return change.reserved < 0 ? { quantity: 0, reserved: change.reserved } : 'untracked';
}

function apply(stock: Stock, change: Change): void {
  if (stock.quantity !== null) stock.quantity += change.quantity;
  stock.reservedQuantity += change.reserved;
}

function shown({ quantity, reservedQuantity }: Stock): Stock {
  return { quantity, reservedQuantity };
}

function movementOf(
  { productId, variantId, quantity, reservedQuantity }: KnownStock,
  { orderId }: StockLine,
  change: Change & { kind: StockMove },
  by: MovedBy,
): Movement {
  return {
    productId,
    variantId,
    orderId,
    ...change,
    quantityAfter: quantity,
    reservedAfter: reservedQuantity,
    ...by,
  };
}
