import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { parseMoney } from '../../rules/money/money.js';
import { assertMove } from '../../rules/state-machine.js';
import type { Notice } from '../notices/notice.js';
import { flagsAfter, inOrder, needsReview, type OrderFlag, without } from '../order/order-flags.js';
import type { OrderNews } from '../order/order-events.js';
import { type Actor, type HistoryEntry, type LineRow, type OrderRow, SYSTEM } from '../order/order-row.js';
import {
  ALL_ORDER_MOVES,
  fulfillmentStatusOf,
  ORDER_MOVES,
  type OrderStatus,
  paymentStatusOf,
} from '../order/order-status.js';
import type { CommerceSettings, OrderEvent } from '../settings/commerce-settings.js';

type Told = Pick<Notice, 'event' | 'dedupeKey' | 'amount' | 'text'>;

/** An order under the lock of its row, while it changes. What is not in its history did not happen. */
export class OpenOrder {
  readonly history: HistoryEntry[] = [];
  readonly news: OrderNews[] = [];
  readonly removedLines: string[] = [];
  /** One message for everything that happens in one transaction. */
  told: Told | null = null;
  private readonly flagsBefore: readonly OrderFlag[];

  constructor(
    readonly order: OrderRow,
    public lines: LineRow[],
    readonly by: Actor,
    readonly now: Date,
    readonly settings: CommerceSettings,
  ) {
    this.flagsBefore = order.flags;
  }

  get isChanged(): boolean {
    return this.history.length > 0;
  }

  note(
    kind: HistoryEntry['kind'],
    { from = null, to = null, reason = null, data = {}, by = this.by }: Partial<HistoryEntry> = {},
  ): HistoryEntry {
    const entry = { id: uuidV7(), orderId: this.order.id, kind, from, to, reason, data, by };
    this.history.push(entry);
    return entry;
  }

  /** Asks the table of moves; the caller has asked the guards. */
  move(
    to: OrderStatus,
    { reason = null, data = {}, by = this.by }: Partial<Pick<HistoryEntry, 'reason' | 'data' | 'by'>> = {},
  ): HistoryEntry {
    const from = this.order.status;
    assertMove(by.actor === 'system' ? ALL_ORDER_MOVES : ORDER_MOVES, 'order', from, to);
    this.order.status = to;
    if (to === 'confirmed') this.order.confirmedAt = this.now;
    if (to === 'cancelled') this.order.cancelledAt = this.now;
    if (to !== 'pending') this.order.reservedUntil = null;
    this.news.push({ kind: 'order.status_changed', from, to });
    return this.note('status', { from, to, reason, data, by });
  }

  moveByItself(to: OrderStatus): HistoryEntry {
    return this.move(to, { by: SYSTEM });
  }

  /** The first message of a transaction that the shop sends is the one that is sent. */
  tell(event: OrderEvent, key: string, more: Pick<Told, 'amount' | 'text'> = {}): void {
    if (more.text === undefined && !this.settings.messages[event].enabled) return;
    this.told ??= { event, dedupeKey: `order:${this.order.id}:${key}`, ...more };
  }

  raise(flag: OrderFlag, details?: Record<string, unknown>): void {
    if (this.order.flags.includes(flag)) return;
    this.order.flags = inOrder([...this.order.flags, flag]);
    if (details !== undefined) this.order.flagDetails = { ...this.order.flagDetails, [flag]: details };
    this.note('flags', { by: SYSTEM, data: { raised: [flag] } });
  }

  /** The cause is gone, or a person has accepted it. */
  drop(...flags: OrderFlag[]): void {
    this.order.flags = without(this.order.flags, ...flags);
    for (const line of this.lines) line.problems = without(line.problems, ...flags);
    const kept = Object.entries(this.order.flagDetails).filter(
      ([flag]) => !flags.includes(flag as OrderFlag),
    );
    this.order.flagDetails = Object.fromEntries(kept);
  }

  /** Brings everything that follows from other values up to date. */
  settle(): void {
    const { order, lines } = this;
    order.flags = flagsAfter(order.flags, lines);
    order.needsReview = needsReview(order.flags);
    const isNew = order.flags.some((flag) => !this.flagsBefore.includes(flag));
    if (isNew) this.news.push({ kind: 'order.flagged' });
    for (const line of lines) line.fulfillmentStatus = fulfillmentStatusOf([line]);
    order.fulfillmentStatus = fulfillmentStatusOf(lines);
    const [paid, refunded] = [parseMoney(order.paidAmount), parseMoney(order.refundedAmount)];
    order.paymentStatus = paymentStatusOf(paid, refunded, parseMoney(order.total));
  }
}
