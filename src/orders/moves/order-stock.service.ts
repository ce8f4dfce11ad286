import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { StockLedger } from '../../catalog/stock/stock-ledger.service.js';
import type { StockLine } from '../../catalog/stock/stock-moves.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { inOrder, without } from '../order/order-flags.js';
import type { LineRow } from '../order/order-row.js';
import { unitsLeft } from '../order/order-status.js';
import type { OpenOrder } from './open-order.js';

/** What the lines of an order hold of the stock, and the stock itself: always changed together. */
@Injectable()
export class OrderStock {
  constructor(private readonly ledger: StockLedger) {}

  /** Reserves what is not reserved yet, each line whole or not at all. Returns the lines that are short. */
  async reserve(tx: EntityManager, open: OpenOrder): Promise<LineRow[]> {
    const wanting = open.lines.filter((line) => line.productId !== null && missing(line) > 0);
    const asked = wanting.flatMap((line) => stockLines(open, line, missing(line)));
    const results = await this.ledger.reserve(tx, open.order.organizationId, asked, byOf(open));
    const short: LineRow[] = [];
    let isComplete = true;
    for (const [place, line] of wanting.entries()) {
      const outcome = results[place]?.outcome;
      line.problems = without(line.problems, 'stock_short');
      if (outcome === 'moved') line.reservedQuantity += missing(line);
      if (outcome === 'gone') {
        isComplete = false;
        // Later somebody has accepted it.
        if (open.order.status === 'pending') line.problems = inOrder([...line.problems, 'product_deleted']);
      }
      if (outcome !== 'short') continue;
      line.problems = [...line.problems, 'stock_short'];
      short.push(line);
    }
    if (short.length === 0) open.drop('stock_short', 'reservation_expired');
    if (short.length === 0 && isComplete) open.drop('paid_without_stock');
    return short;
  }

  /** Puts back on the shelf what the lines hold. */
  async release(tx: EntityManager, open: OpenOrder, lines: readonly LineRow[] = open.lines): Promise<void> {
    const holding = lines.filter(({ reservedQuantity }) => reservedQuantity > 0);
    const asked = holding.flatMap((line) => stockLines(open, line, line.reservedQuantity));
    await this.ledger.release(tx, open.order.organizationId, asked, byOf(open));
    for (const line of holding) line.reservedQuantity = 0;
  }

  /** Pieces leave the house: those reserved first, then others, which are taken now or not at all. */
  async fulfil(tx: EntityManager, open: OpenOrder, units: ReadonlyMap<LineRow, number>): Promise<void> {
    const { organizationId } = open.order;
    const leaving: StockLine[] = [];
    const taken: { line: LineRow; pieces: number; asked: StockLine }[] = [];
    for (const [line, pieces] of units) {
      const held = Math.min(line.reservedQuantity, pieces);
      if (held > 0) leaving.push(...stockLines(open, line, held));
      const rest = pieces - held;
      for (const asked of rest > 0 ? stockLines(open, line, rest) : [])
        taken.push({ line, pieces: rest, asked });
      line.reservedQuantity -= held;
    }
    const results = await this.ledger.reserve(
      tx,
      organizationId,
      taken.map(({ asked }) => asked),
      byOf(open),
    );
    const short = taken.filter((_, place) => results[place]?.outcome === 'short').map(({ line }) => line);
    if (short.length > 0) throw stockShort(short);
    const found = taken.filter((_, place) => results[place]?.outcome === 'moved').map(({ asked }) => asked);
    await this.ledger.fulfil(tx, organizationId, [...leaving, ...found], byOf(open));
    for (const [line, pieces] of units) line.fulfilledQuantity += pieces;
    for (const line of open.lines) {
      if (missing(line) === 0) line.problems = without(line.problems, 'stock_short');
    }
    if (open.lines.every((line) => missing(line) === 0)) open.drop('paid_without_stock');
  }

  /** What is kept for units that will not be delivered goes back on the shelf, and what came back if it can be sold. */
  async giveUp(tx: EntityManager, open: OpenOrder, units: readonly GivenUpUnits[]): Promise<void> {
    const { organizationId } = open.order;
    const released: StockLine[] = [];
    const restocked: StockLine[] = [];
    for (const { line, cancelled, returned, restock } of units) {
      line.cancelledQuantity += cancelled;
      line.returnedQuantity += returned;
      // The units that stay keep their stock.
      const surplus = Math.max(0, line.reservedQuantity - unitsLeft(line));
      line.reservedQuantity -= surplus;
      if (surplus > 0) released.push(...stockLines(open, line, surplus));
      if (restock && returned > 0) restocked.push(...stockLines(open, line, returned));
      if (missing(line) === 0) line.problems = without(line.problems, 'stock_short');
    }
    // Two moves, one lock: taken one after the other they could meet those of another order.
    await this.ledger.lock(tx, organizationId, [...released, ...restocked]);
    await this.ledger.release(tx, organizationId, released, byOf(open));
    await this.ledger.giveBack(tx, organizationId, restocked, byOf(open));
    if (open.lines.every((line) => missing(line) === 0)) open.drop('paid_without_stock');
    if (open.lines.every(({ reservedQuantity }) => reservedQuantity === 0)) open.order.reservedUntil = null;
  }
}

/** Units that an order no longer has. */
export interface GivenUpUnits {
  line: LineRow;
  /** Not delivered, and not to be. */
  cancelled: number;
  /** Delivered, and back. */
  returned: number;
  /** Whether what is back can be sold again. */
  restock: boolean;
}

export function stockShort(lines: readonly LineRow[]): DomainError {
  const named = lines.map(({ productSku, quantity }) => `${quantity} of ${productSku}`).join(', ');
  const detail = `There is not enough in stock: ${named}. Add stock, change the order, or accept it as it is.`;
  return new DomainError('rule', 'stock_short', detail);
}

/** Units that are still to leave the house and for which no stock is kept. */
const missing = (line: LineRow): number => unitsLeft(line) - line.reservedQuantity;

function stockLines(open: OpenOrder, { productId, variantId }: LineRow, quantity: number): StockLine[] {
  return productId === null ? [] : [{ productId, variantId, quantity, orderId: open.order.id }];
}

const byOf = ({ by }: OpenOrder) => ({ keyId: by.keyId, reason: null });
