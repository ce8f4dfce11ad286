import { Injectable } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { invalidFields } from '../../platform/http/validation.js';
import type { Actor, LineRow } from '../order/order-row.js';
import { fulfillmentStatusOf, ORDER_MOVES, takesFulfilment, unitsLeft } from '../order/order-status.js';
import { insertFulfillment } from './fulfilments.queries.js';
import type { OpenOrder } from './open-order.js';
import { OrderDesk } from './order-desk.service.js';
import { OrderStock } from './order-stock.service.js';

export interface AskedFulfilment {
  items?: readonly { itemId: string; quantity: number }[];
  trackingNumber?: string | null;
  carrier?: string | null;
  trackingUrl?: string | null;
  notify?: boolean;
}

/** What leaves the house. */
@Injectable()
export class Fulfilments {
  constructor(
    private readonly desk: OrderDesk,
    private readonly stock: OrderStock,
  ) {}

  async fulfil(organizationId: string, ref: string, by: Actor, asked: AskedFulfilment): Promise<string> {
    return this.desk.work(organizationId, ref, by, async (tx, open) => {
      const { order } = open;
      if (!takesFulfilment(order.status)) {
        const next = ORDER_MOVES[order.status];
        const detail = `This order is ${order.status}. It is fulfilled while it is confirmed or processing; from here it can become ${next.join(', ') || 'nothing else'}.`;
        throw new DomainError('conflict', 'illegal_move', detail);
      }
      const units = unitsOf(open, asked.items);
      await this.stock.fulfil(tx, open, units);
      const { trackingNumber = null, carrier = null, trackingUrl = null } = asked;
      if (trackingNumber !== null) order.trackingNumber = trackingNumber;
      if (carrier !== null) order.carrier = carrier;
      if (trackingUrl !== null) order.trackingUrl = trackingUrl;
      const items = [...units].map(([line, quantity]) => ({ itemId: line.id, quantity }));
      const fulfillment = { id: uuidV7(), orderId: order.id, trackingNumber, carrier, trackingUrl, items };
      await insertFulfillment(tx, organizationId, { ...fulfillment, ...by }, open.now);
      const to = fulfillmentStatusOf(open.lines);
      const data = { fulfillmentId: fulfillment.id, items };
      const entry = open.note('fulfillment', { from: order.fulfillmentStatus, to, data });
      open.news.push({ kind: 'order.fulfilled', data });
      if (order.status === 'confirmed') open.moveByItself('processing');
      if (asked.notify ?? true) open.tell('shipped', entry.id);
    });
  }

  /** The customer has it. */
  async deliver(organizationId: string, ref: string, by: Actor, deliveredAt?: Date): Promise<string> {
    return this.desk.work(organizationId, ref, by, (_, open) => {
      const { order, now } = open;
      if (order.fulfillmentStatus !== 'fulfilled') {
        const detail = 'Not everything of this order is fulfilled, so it cannot have been delivered.';
        throw new DomainError('conflict', 'not_fulfilled', detail);
      }
      if (deliveredAt !== undefined && deliveredAt > now) {
        throw invalidFields([{ field: 'deliveredAt', message: 'must not be in the future' }]);
      }
      // Said twice, the first time stands.
      if (order.deliveredAt !== null && deliveredAt === undefined) return Promise.resolve();
      order.deliveredAt = deliveredAt ?? now;
      open.note('delivery', { to: order.deliveredAt.toISOString() });
      return Promise.resolve();
    });
  }
}

/** The whole call is right, or all of it is refused. */
function unitsOf({ lines }: OpenOrder, items: AskedFulfilment['items']): Map<LineRow, number> {
  const units = new Map<LineRow, number>();
  if (items === undefined) {
    for (const line of lines) if (unitsLeft(line) > 0) units.set(line, unitsLeft(line));
    if (units.size > 0) return units;
    throw new DomainError('rule', 'nothing_left', 'Nothing of this order is left to fulfil.');
  }
  for (const { itemId, quantity } of items) {
    const line = lines.find(({ id }) => id === itemId);
    if (line === undefined) {
      throw new DomainError('rule', 'item_unknown', `This order has no item ${itemId}.`);
    }
    if (quantity < 1) {
      throw new DomainError('rule', 'bad_quantity', `A quantity must be at least 1, not ${quantity}.`);
    }
    const wanted = (units.get(line) ?? 0) + quantity;
    if (wanted > unitsLeft(line)) {
      const detail = `Only ${unitsLeft(line)} of ${line.productSku} are left to fulfil, not ${wanted}.`;
      throw new DomainError('rule', 'exceeds_quantity', detail);
    }
    units.set(line, wanted);
  }
  return units;
}
