import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { csvLines } from '../../platform/csv/csv-lines.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import * as lists from './order-lists.queries.js';
import type { OrderFilter, OrderParts } from './order-lists.queries.js';
import { EXPORT_HEADER, exportedCells } from './order-cells.js';
import type { OrderRow } from './order-row.js';
import { linesOf } from './orders.queries.js';

const BATCH = 500;

interface ListPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

/** Orders as they are read. */
@Injectable()
export class Orders {
  constructor(private readonly database: Database) {}

  /** By id or by number, with everything around it. */
  async get(organizationId: string, ref: string): Promise<OrderRow & OrderParts> {
    const order = await lists.findOrder(this.database.manager, organizationId, ref);
    if (order === undefined) throw notFound('order', ref);
    return { ...order, ...(await lists.partsOf(this.database.manager, order)) };
  }

  async list(organizationId: string, filter: OrderFilter, place: ListPlace): Promise<OrderRow[]> {
    return lists.listOrders(this.database.manager, organizationId, filter, place);
  }

  async count(organizationId: string, filter: OrderFilter): Promise<number> {
    return lists.countOrders(this.database.manager, organizationId, filter);
  }

  /** A row for each line. Between two batches it holds no connection, however slow the caller reads. */
  csv(organizationId: string, filter: OrderFilter): Readable {
    const { manager } = this.database;
    const batches = async function* (): AsyncGenerator<string> {
      yield csvLines([EXPORT_HEADER]);
      for (let after: string | undefined; ;) {
        const place = { after, limit: BATCH };
        const orders = await lists.exportedOrders(manager, organizationId, filter, place);
        const ids = orders.map(({ id }) => id);
        const lines = orders.length === 0 ? [] : await linesOf(manager, organizationId, ids);
        const byOrder = Map.groupBy(lines, ({ orderId }) => orderId);
        const rows = orders.flatMap((order) => exportedCells(order, byOrder.get(order.id) ?? []));
        if (rows.length > 0) yield csvLines(rows);
        if (orders.length < BATCH) return;
        after = orders.at(-1)?.id;
      }
    };
    return Readable.from(batches());
  }
}
