import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';
import type { Movement } from './movement.js';

/** In the order given: replayed, they lead to the stock. */
export async function insertMovements(
  tx: EntityManager,
  organizationId: string,
  movements: readonly Movement[],
  at: Date,
): Promise<void> {
  if (movements.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO stock_movements (organization_id, product_id, variant_id, kind, quantity, reserved, quantity_after,
                                     reserved_after, order_id, reason, key_id, at)
        SELECT ${organizationId}::uuid, n."productId", n."variantId", n.kind, n.quantity, n.reserved,
               n."quantityAfter", n."reservedAfter", n."orderId", n.reason, n."keyId", ${at}::timestamptz
          FROM json_to_recordset(${JSON.stringify(movements)}::json)
               AS n ("productId" uuid, "variantId" uuid, kind text, quantity integer, reserved integer,
                     "quantityAfter" integer, "reservedAfter" integer, "orderId" uuid, reason text, "keyId" uuid)`,
  );
}

export interface MovementPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

export interface ListedMovement extends Omit<Movement, 'productId'> {
  id: string;
  productId: string;
  at: Date;
}

export interface MovementsOf {
  organizationId: string;
  productId: string;
  /** Only those of this variant. */
  variantId?: string;
}

const of = (productId: string, variantId: string | undefined) =>
  variantId === undefined ? sql`product_id = ${productId}` : sql`variant_id = ${variantId}`;

/** Newest first. Those of a product include those of its variants. */
export async function listMovements(
  db: EntityManager,
  { organizationId, productId, variantId }: MovementsOf,
  { before, limit, offset }: MovementPlace,
): Promise<ListedMovement[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT id, product_id AS "productId", variant_id AS "variantId", kind, quantity, reserved,
               quantity_after AS "quantityAfter", reserved_after AS "reservedAfter", order_id AS "orderId", reason,
               key_id AS "keyId", at
          FROM stock_movements
         WHERE organization_id = ${organizationId} AND ${of(productId, variantId)} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countMovements(
  db: EntityManager,
  { organizationId, productId, variantId }: MovementsOf,
): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM stock_movements
         WHERE organization_id = ${organizationId} AND ${of(productId, variantId)}`,
  );
  return row?.n ?? 0;
}
