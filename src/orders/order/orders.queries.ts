import type { EntityManager } from 'typeorm';
import { execute, identifier, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import { FIXED_COLUMNS, LINE_COLUMNS, ORDER_COLUMNS } from './order-columns.js';
import { isOrderNumber } from './order-number.js';
import type { HistoryEntry, LineRow, OrderRow } from './order-row.js';

type Columns = Readonly<Record<string, readonly [column: string, type: string]>>;

const read = (columns: Columns, alias: Sql): Sql =>
  join(
    Object.entries(columns).map(
      ([field, [column]]) => sql`${alias}.${identifier(column)} AS ${identifier(field)}`,
    ),
    ', ',
  );
const names = (columns: Columns): Sql =>
  join(
    Object.values(columns).map(([column]) => identifier(column)),
    ', ',
  );
const fields = (columns: Columns, alias: Sql): Sql =>
  join(
    Object.keys(columns).map((field) => sql`${alias}.${identifier(field)}`),
    ', ',
  );
// The types are words of ours, like the names.
const typed = (columns: Columns): Sql =>
  join(
    Object.entries(columns).map(([field, [, type]]) =>
      join([identifier(field), TYPES[type] ?? sql`text`], ' '),
    ),
    ', ',
  );
const TYPES: Readonly<Record<string, Sql>> = {
  boolean: sql`boolean`,
  integer: sql`integer`,
  jsonb: sql`jsonb`,
  numeric: sql`numeric`,
  text: sql`text`,
  'text[]': sql`text[]`,
  timestamptz: sql`timestamptz`,
  uuid: sql`uuid`,
  varchar: sql`varchar`,
};
const recordset = (rows: readonly object[], columns: Columns, extra = sql``): Sql =>
  sql`json_to_recordset(${JSON.stringify(rows)}::json) AS n (${typed(columns)}${extra})`;

const WHOLE = { ...FIXED_COLUMNS, ...ORDER_COLUMNS };
export const ORDER = read(WHOLE, sql`o`);
export const LINE = read(LINE_COLUMNS, sql`i`);

/** By id or by number. */
export const named = (ref: string): Sql =>
  isOrderNumber(ref) ? sql`o.order_number = ${ref}` : sql`o.id = ${ref}`;

/** For a change that has to see the order first: no other can change it until this transaction ends. */
export async function lockOrder(
  tx: EntityManager,
  organizationId: string,
  ref: string,
): Promise<OrderRow | undefined> {
  const [order] = await rowsOf<OrderRow>(
    tx,
    sql`SELECT ${ORDER} FROM whatsapp_orders o WHERE o.organization_id = ${organizationId} AND ${named(ref)}
           FOR NO KEY UPDATE`,
  );
  return order;
}

export async function linesOf(
  db: EntityManager,
  organizationId: string,
  orderIds: readonly string[],
): Promise<(LineRow & { orderId: string })[]> {
  return rowsOf(
    db,
    sql`SELECT i.order_id AS "orderId", ${LINE} FROM whatsapp_order_items i
         WHERE i.organization_id = ${organizationId} AND i.order_id = ANY(${orderIds}::uuid[])
         ORDER BY i.order_id, i.line_no`,
  );
}

export async function insertOrders(
  tx: EntityManager,
  orders: readonly (OrderRow & { placedOn: Day })[],
): Promise<void> {
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_orders (${names(WHOLE)}, placed_on)
        SELECT ${fields(WHOLE, sql`n`)}, n."placedOn" FROM ${recordset(orders, WHOLE, sql`, "placedOn" date`)}`,
  );
}

export async function insertLines(
  tx: EntityManager,
  organizationId: string,
  lines: readonly (LineRow & { orderId: string })[],
  now: Date,
): Promise<void> {
  if (lines.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_order_items (organization_id, order_id, ${names(LINE_COLUMNS)}, created_at, updated_at)
        SELECT ${organizationId}::uuid, n."orderId", ${fields(LINE_COLUMNS, sql`n`)}, ${now}::timestamptz,
               ${now}::timestamptz
          FROM ${recordset(lines, LINE_COLUMNS, sql`, "orderId" uuid`)}`,
  );
}

const assignments = (columns: Columns): Sql =>
  join(
    Object.entries(columns).map(([field, [column]]) => sql`${identifier(column)} = n.${identifier(field)}`),
    ', ',
  );

/** Writes locked orders back. */
export async function updateOrders(
  tx: EntityManager,
  organizationId: string,
  orders: readonly OrderRow[],
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_orders o SET ${assignments(ORDER_COLUMNS)}, updated_at = ${now}
          FROM ${recordset(orders, { id: FIXED_COLUMNS.id, ...ORDER_COLUMNS })}
         WHERE o.organization_id = ${organizationId} AND o.id = n.id`,
  );
}

const { id: LINE_ID, ...CHANGED } = LINE_COLUMNS;

/** Writes lines of locked orders back. */
export async function updateLines(
  tx: EntityManager,
  organizationId: string,
  lines: readonly LineRow[],
  now: Date,
): Promise<void> {
  if (lines.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_order_items i SET ${assignments(CHANGED)}, updated_at = ${now}
          FROM ${recordset(lines, { id: LINE_ID, ...CHANGED })}
         WHERE i.organization_id = ${organizationId} AND i.id = n.id`,
  );
}

export async function deleteLines(
  tx: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    tx,
    sql`DELETE FROM whatsapp_order_items WHERE organization_id = ${organizationId} AND id = ANY(${ids}::uuid[])`,
  );
}

export async function insertHistory(
  tx: EntityManager,
  organizationId: string,
  entries: readonly HistoryEntry[],
  at: Date,
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ by, ...entry }) => ({ ...entry, ...by }));
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_order_history
          (id, organization_id, order_id, at, actor, key_id, user_id, kind, from_value, to_value, reason, data)
        SELECT n.id, ${organizationId}::uuid, n."orderId", ${at}::timestamptz, n.actor, n."keyId", n."userId", n.kind,
               n."from", n."to", n.reason, n.data
          FROM json_to_recordset(${JSON.stringify(rows)}::json)
               AS n (id uuid, "orderId" uuid, actor text, "keyId" uuid, "userId" uuid, kind text, "from" text,
                     "to" text, reason text, data jsonb)`,
  );
}
