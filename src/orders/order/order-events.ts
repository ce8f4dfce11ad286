import type { OwnKind } from '../../events/event-kinds.js';
import type { LineRow, OrderRow } from './order-row.js';
import { shownLine, shownOrder } from './shown-order.js';

/** Something that happened to an order and that others want to hear of. */
export interface OrderNews {
  kind: OwnKind;
  from?: string;
  to?: string;
  data?: Record<string, unknown>;
}

/** The events of one transaction, all with the order as it is at its end. */
export function eventsOf(order: OrderRow, lines: readonly LineRow[], news: readonly OrderNews[], at: Date) {
  const shown = { ...shownOrder(order), items: lines.map(shownLine) };
  return news.map(({ kind, from, to, data = {} }) => ({
    ...{ organizationId: order.organizationId, kind, customerId: order.customerId, objectId: order.id },
    ...{ campaignId: order.campaignId, occurredAt: at },
    data: { ...shown, ...data, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
  }));
}
