import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import { type StockTurn, turnOf } from '../events/stock-turn.js';
import { countStock, type StockCount } from './count-stock.js';
import * as movements from './movements.queries.js';
import type { ListedMovement, MovementPlace } from './movements.queries.js';
import {
  keyOf,
  type MovedBy,
  type MoveResult,
  moveStock,
  type Sellable,
  type Stock,
  type StockLine,
  type StockMove,
} from './stock-moves.js';
import * as queries from './stock.queries.js';

/**
 * Stock, and the ledger of its movements: both are written together, under the lock of the row. Every move takes any
 * number of lines and needs four statements for them.
 *
 * The moves of orders run in the caller's transaction. An order row is locked before stock is, and lines are given
 * oldest first: that decides which of two gets the last piece.
 */
@Injectable()
export class StockLedger {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: CatalogEvents,
  ) {}

  /** For callers whose other writes touch these rows later. Returns the keys of those that exist. */
  async lock(
    tx: EntityManager,
    organizationId: string,
    sellables: readonly Sellable[],
  ): Promise<Set<string>> {
    return new Set((await queries.lockStock(tx, organizationId, sellables)).map(keyOf));
  }

  /** Promises pieces to orders, each line whole or not at all. */
  async reserve(
    tx: EntityManager,
    organizationId: string,
    lines: readonly StockLine[],
    by: MovedBy,
  ): Promise<MoveResult[]> {
    return this.move(tx, organizationId, lines, 'reserve', by);
  }

  /** Puts reserved pieces back on the shelf. Those of a product that no longer exists are forgotten. */
  async release(
    tx: EntityManager,
    organizationId: string,
    lines: readonly StockLine[],
    by: MovedBy,
  ): Promise<MoveResult[]> {
    return this.move(tx, organizationId, lines, 'release', by);
  }

  /** Reserved pieces have left the house. */
  async fulfil(
    tx: EntityManager,
    organizationId: string,
    lines: readonly StockLine[],
    by: MovedBy,
  ): Promise<MoveResult[]> {
    return this.move(tx, organizationId, lines, 'fulfil', by);
  }

  /** Pieces that a customer sent back are on the shelf again. */
  async giveBack(
    tx: EntityManager,
    organizationId: string,
    lines: readonly StockLine[],
    by: MovedBy,
  ): Promise<MoveResult[]> {
    return this.move(tx, organizationId, lines, 'return', by);
  }

  /** Sets or adjusts what is free to sell. The caller has looked the sellable up in its catalog. */
  async count(
    { organizationId, keyId }: { organizationId: string; keyId: string | null },
    sellable: Sellable,
    count: StockCount,
  ): Promise<Stock> {
    return this.database.transaction(async (tx) => {
      const [known] = await queries.lockStock(tx, organizationId, [sellable]);
      if (known === undefined) {
        const { productId, variantId } = sellable;
        throw variantId === null ? notFound('product', productId) : notFound('variant', variantId);
      }
      const quantity = countStock(known, count);
      const after = { quantity, reservedQuantity: known.reservedQuantity };
      if (quantity === known.quantity) return after;
      const now = this.clock.now();
      await queries.setQuantity(tx, organizationId, sellable, quantity, now);
      const movement = {
        productId: known.productId,
        variantId: known.variantId,
        kind: 'set' in count ? ('set' as const) : ('adjust' as const),
        quantity: quantity - (known.quantity ?? 0),
        reserved: 0,
        quantityAfter: quantity,
        reservedAfter: known.reservedQuantity,
        orderId: null,
        reason: count.reason,
        keyId,
      };
      await movements.insertMovements(tx, organizationId, [movement], now);
      await this.events.stockTurned(tx, organizationId, turnsOf([known], [{ ...known, ...after }]));
      return after;
    });
  }

  /** Newest first; those of a product with those of its variants. */
  async list(of: movements.MovementsOf, place: MovementPlace): Promise<ListedMovement[]> {
    return movements.listMovements(this.database.manager, of, place);
  }

  async countMovements(of: movements.MovementsOf): Promise<number> {
    return movements.countMovements(this.database.manager, of);
  }

  private async move(
    tx: EntityManager,
    organizationId: string,
    lines: readonly StockLine[],
    move: StockMove,
    by: MovedBy,
  ): Promise<MoveResult[]> {
    if (lines.length === 0) return [];
    const known = await queries.lockStock(tx, organizationId, lines);
    const moved = moveStock(known, lines, move, by);
    const now = this.clock.now();
    await queries.changeStock(tx, organizationId, moved.changes, now);
    await movements.insertMovements(tx, organizationId, moved.movements, now);
    const after = moved.changes.map((change) => {
      const before = known.find((stock) => keyOf(stock) === keyOf(change))?.quantity ?? null;
      return { ...change, quantity: before === null ? null : before + change.quantity };
    });
    await this.events.stockTurned(tx, organizationId, turnsOf(known, after));
    return moved.results;
  }
}

function turnsOf(
  before: readonly (Sellable & { quantity: number | null })[],
  after: readonly (Sellable & { quantity: number | null })[],
): StockTurn[] {
  const known = new Map(before.map((stock) => [keyOf(stock), stock.quantity]));
  return after.flatMap((stock) => {
    const { productId, variantId, quantity } = stock;
    const turn = turnOf(known.get(keyOf(stock)) ?? null, quantity);
    return turn === undefined ? [] : [{ productId, variantId, turn }];
  });
}
