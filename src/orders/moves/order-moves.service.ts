import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../rules/errors/domain-error.js';
import { parseMoney } from '../../rules/money/money.js';
import { assertMove } from '../../rules/state-machine.js';
import { blocksConfirmation, flagsAfter, reviewed } from '../order/order-flags.js';
import { dueOf } from '../order/order-due.js';
import type { Actor } from '../order/order-row.js';
import { isOver, ORDER_MOVES, type OrderStatus } from '../order/order-status.js';
import { cancelledBy } from '../notices/notice.js';
import { OrderNotices } from '../notices/order-notices.service.js';
import type { OpenOrder } from './open-order.js';
import { OrderDesk } from './order-desk.service.js';
import { OrderStock, stockShort } from './order-stock.service.js';
import { openRefunds } from '../order/open-refunds.js';
import { refundsOf } from '../order/order-refunds.queries.js';
import * as payments from './payments.queries.js';
import { settleMoney } from './settle-money.js';
import { wasTapped } from './taps.queries.js';

export interface AskedMove {
  status: OrderStatus;
  reason?: string | null;
  notes?: string | null;
  acceptFlags?: boolean;
  notify?: boolean;
  /** The message with which the customer asked for it, if they did. */
  tap?: string;
}

/** The moves of an order from one status to the next, with their guards. */
@Injectable()
export class OrderMoves {
  constructor(
    private readonly desk: OrderDesk,
    private readonly stock: OrderStock,
    private readonly notices: OrderNotices,
  ) {}

  async move(organizationId: string, ref: string, by: Actor, asked: AskedMove): Promise<string> {
    return this.desk.work(organizationId, ref, by, async (tx, open) => {
      // The present status again: nothing happens, unless a person accepts what needs a look.
      if (open.order.status !== asked.status) await this.apply(tx, open, asked);
      else if (asked.acceptFlags === true) accept(open);
    });
  }

  /** Tries again what is short. */
  async reserve(organizationId: string, ref: string, by: Actor): Promise<string> {
    return this.desk.work(organizationId, ref, by, async (tx, open) => {
      const { order } = open;
      if (isOver(order.status) || order.status === 'completed') {
        const detail = `This order is ${order.status}: nothing is reserved for it any more.`;
        throw new DomainError('conflict', 'illegal_move', detail);
      }
      const short = await this.stock.reserve(tx, open);
      keepUntil(open);
      open.note('stock', { data: { reserved: true, short: short.map(({ productSku }) => productSku) } });
      // What was paid waited only for its stock.
      const wasWaiting = short.length === 0 && open.settings.confirmWhenPaid;
      if (wasWaiting && isPaidUp(open)) await this.confirmByItself(tx, open);
    });
  }

  /** Confirms by itself: nothing is asked, and nothing happens while anything stands against it. */
  async confirmByItself(tx: EntityManager, open: OpenOrder): Promise<void> {
    if (open.order.status !== 'pending' || blocking(open).length > 0) return;
    const short = await this.stock.reserve(tx, open);
    // The stock knows of products that have just been deleted.
    if (short.length > 0 || blocking(open).length > 0) return;
    const entry = open.moveByItself('confirmed');
    open.tell('confirmed', entry.id);
  }

  private async apply(tx: EntityManager, open: OpenOrder, asked: AskedMove): Promise<void> {
    const { status: to, reason = null, notes = null, acceptFlags = false, notify = true, tap } = asked;
    assertMove(ORDER_MOVES, 'order', open.order.status, to);
    if (to === 'confirmed') await this.prepareConfirmation(tx, open, acceptFlags);
    if (to === 'completed') assertComplete(open);
    if (to === 'cancelled') await this.prepareCancellation(tx, open);
    const data = { ...(notes === null ? {} : { notes }), ...(tap === undefined ? {} : { tap }) };
    const entry = open.move(to, { reason, data });
    if (notes !== null) appendNotes(open, notes);
    if (notify && to !== 'pending' && to !== 'refunded') {
      open.tell(to, tap === undefined ? entry.id : keyOfTap(tap));
    }
    if (to !== 'cancelled' && to !== 'completed') return;
    const { organizationId, id } = open.order;
    settleMoney(open, openRefunds(await refundsOf(tx, organizationId, id)));
  }

  private async prepareConfirmation(tx: EntityManager, open: OpenOrder, acceptFlags: boolean): Promise<void> {
    // The stock first: it knows of products that have just been deleted. A refusal undoes it.
    const short = await this.stock.reserve(tx, open);
    const accepted = blocking(open);
    if (accepted.length > 0 && !acceptFlags) {
      const detail = `This order needs a look first: ${accepted.join(', ')}. Settle them, or confirm with acceptFlags.`;
      throw new DomainError('rule', 'needs_review', detail);
    }
    if (short.length > 0 && !acceptFlags) throw stockShort(short);
    if (accepted.length === 0) return;
    // What is short stays flagged: nobody can accept it into being.
    open.drop(...accepted);
    open.note('flags', { data: { accepted } });
  }

  /** What has left the house is a return, not a cancellation. */
  private async prepareCancellation(tx: EntityManager, open: OpenOrder): Promise<void> {
    const { order } = open;
    if (open.lines.some(({ fulfilledQuantity }) => fulfilledQuantity > 0)) {
      const detail = 'A part of this order is fulfilled already. Refund what comes back instead.';
      throw new DomainError('conflict', 'already_fulfilled', detail);
    }
    if (await payments.hasPending(tx, order.organizationId, order.id)) {
      const detail = 'The customer is paying right now. Wait until the payment has succeeded or failed.';
      throw new DomainError('conflict', 'payment_pending', detail);
    }
    const ended = await payments.cancelRequested(tx, order.organizationId, order.id, open.now);
    await this.notices.withdrawRequests(tx, order, ended, 'cancelled');
    await this.stock.release(tx, open);
  }

  /** The customer tapped the button of the first message. Undefined: the button belongs to none of our orders. */
  async cancelByCustomer(
    tx: EntityManager,
    organizationId: string,
    tap: { buttonId: string | null; wamid: string; isFrom: (open: OpenOrder) => boolean; by: Actor },
  ): Promise<string | undefined> {
    const orderId = cancelledBy(tap.buttonId);
    if (orderId === undefined) return undefined;
    return this.desk.workIn(tx, organizationId, orderId, tap.by, async (inner, open) => {
      const { order, settings } = open;
      if (!tap.isFrom(open)) return;
      // Meta repeats messages: the first time counts.
      if (await wasTapped(inner, organizationId, order.id, tap.wamid)) return;
      if (order.status === 'pending' && settings.customerMayCancel) {
        try {
          await this.apply(inner, open, { status: 'cancelled', tap: tap.wamid });
          return;
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
        }
      }
      const text = `Your order ${order.orderNumber} is ${order.status} and was not changed.`;
      open.tell('cancelled', keyOfTap(tap.wamid), { text });
    });
  }
}

/** One tap has one answer, whatever it is. */
const keyOfTap = (wamid: string): string => `tap:${wamid}`;

/** A payment that differs, on an order that was confirmed long ago. */
function accept(open: OpenOrder): void {
  const accepted = reviewed(flagsAfter(open.order.flags, open.lines));
  if (accepted.length === 0) return;
  open.drop(...accepted);
  open.note('flags', { data: { accepted } });
}

const blocking = ({ order, lines }: OpenOrder) => blocksConfirmation(flagsAfter(order.flags, lines));

/** Whether what the customer keeps is paid for. */
export function isPaidUp({ order, lines }: OpenOrder): boolean {
  return parseMoney(order.paidAmount) > 0n && dueOf(order, lines) <= 0n;
}

/** A reservation has an end only while the order is pending. */
export function keepUntil({ order, lines, settings, now }: OpenOrder): void {
  const { reservationMinutes } = settings;
  const holds = lines.some(({ reservedQuantity }) => reservedQuantity > 0);
  const hasEnd = order.status === 'pending' && holds && reservationMinutes !== null && reservationMinutes > 0;
  const end = hasEnd ? new Date(now.getTime() + reservationMinutes * 60_000) : null;
  // An open request for money may keep it for longer.
  const isKept = end !== null && order.reservedUntil !== null && order.reservedUntil > end;
  if (!isKept) order.reservedUntil = end;
}

function assertComplete({ order, lines }: OpenOrder): void {
  if (order.fulfillmentStatus !== 'fulfilled') {
    const detail = 'Not everything of this order is fulfilled.';
    throw new DomainError('rule', 'not_fulfilled', detail);
  }
  if (dueOf(order, lines) > 0n) {
    const detail = 'This order is not paid in full.';
    throw new DomainError('rule', 'not_paid', detail);
  }
}

const MAX_NOTES = 20_000;

function appendNotes({ order }: OpenOrder, notes: string): void {
  const all = order.internalNotes === null ? notes : `${order.internalNotes}\n${notes}`;
  // The history keeps every note whole; the field keeps the latest.
  order.internalNotes = all.slice(-MAX_NOTES).toWellFormed();
}
