import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { StockLedger } from '../../catalog/stock/stock-ledger.service.js';
import { keyOf } from '../../catalog/stock/stock-moves.js';
import { fit } from '../../platform/database/storable-text.js';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { dayAt } from '../../rules/calendar/day.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { lockForOrders, type Orderers } from '../carts/cart-locks.queries.js';
import { itemsOfCarts } from '../carts/carts.queries.js';
import { shownCart, shownCartItem } from '../carts/shown-cart.js';
import { OrderNotices } from '../notices/order-notices.service.js';
import { catalogsAtMeta, type Catalogued, itemsBySku } from '../order/known-items.queries.js';
import { flagsAfter, inOrder, needsReview } from '../order/order-flags.js';
import { eventsOf, type OrderNews } from '../order/order-events.js';
import { orderNumber } from '../order/order-number.js';
import { CUSTOMER, type HistoryEntry, type LineRow, type OrderRow, SYSTEM } from '../order/order-row.js';
import * as orders from '../order/orders.queries.js';
import { queueRequests } from '../order/due-requests.queries.js';
import type { CommerceSettings } from '../settings/commerce-settings.js';
import { CommerceSettingsStore } from '../settings/commerce-settings.service.js';
import { currencyOf, type Draft, draftOrder } from './draft-order.js';
import { type IncomingOrder, inOrderOfSending } from './incoming-order.js';
import * as queries from './order-intake.queries.js';

/** A cart that was sent cannot be edited, so a correction comes as a second order. */
const DUPLICATE_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;
const MAX_NOTE = 4_096;
const MAX_SKU = 200;

/**
 * Turns the orders that customers send into carts and orders: a whole batch at once, with a number of statements that
 * does not depend on how many they are. A message that was here before changes nothing.
 */
@Injectable()
export class OrderIntake {
  constructor(
    private readonly settings: CommerceSettingsStore,
    private readonly stock: StockLedger,
    private readonly notices: OrderNotices,
    private readonly events: DomainEvents,
    private readonly calendar: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * What a batch touches beside orders, before its first order is placed: carts, then the stock of the carts that may
   * become orders. Numbers are the last lock, so nothing of it may come after those.
   */
  async lockAhead(
    tx: EntityManager,
    organizationId: string,
    { cartIds, people }: { cartIds: readonly string[]; people: Orderers },
  ): Promise<void> {
    await lockForOrders(tx, organizationId, cartIds, people);
    const items = await itemsOfCarts(tx, organizationId, cartIds);
    const known = items.flatMap((item) =>
      item.productId === null ? [] : [{ ...item, productId: item.productId }],
    );
    await this.stock.lock(tx, organizationId, known);
  }

  /** Returns what is new. */
  async receive(
    tx: EntityManager,
    organizationId: string,
    incoming: readonly IncomingOrder[],
  ): Promise<Draft[]> {
    if (incoming.length === 0) return [];
    const drafts = await this.draft(tx, organizationId, inOrderOfSending(incoming));
    if (drafts.length === 0) return [];
    await this.place(tx, organizationId, drafts, await this.settings.get(organizationId, tx));
    await this.storeCarts(tx, organizationId, drafts);
    return drafts;
  }

  /**
   * Makes drafts orders: stock, numbers, rows, events and the message to the customer. With `refuse` the stock is asked
   * whatever the settings say, and what it answers may be refused before a number is taken.
   */
  async place(
    tx: EntityManager,
    organizationId: string,
    drafts: readonly Draft[],
    settings: CommerceSettings,
    refuse?: (draft: Draft) => void,
  ): Promise<void> {
    // A person who orders is not reminded of other carts. Carts are locked before stock.
    await this.notices.withdrawReminders(
      tx,
      organizationId,
      drafts.map(({ order }) => order),
    );
    const duplicates = await this.duplicatesAmong(tx, organizationId, drafts);
    await this.lockStock(tx, organizationId, drafts);
    await this.reserve(tx, organizationId, drafts, settings, refuse !== undefined);
    if (refuse !== undefined) for (const draft of drafts) refuse(draft);
    await this.number(tx, organizationId, drafts);
    for (const { order, of } of duplicates) {
      const possible_duplicate = { orderNumber: typeof of === 'string' ? of : of.orderNumber };
      order.flagDetails = { ...order.flagDetails, possible_duplicate };
    }
    await this.store(tx, organizationId, drafts, settings);
  }

  /** How old the message may be that an order answers without naming it. */
  async attributionMs(tx: EntityManager, organizationId: string): Promise<number> {
    const { attributionHours } = await this.settings.get(organizationId, tx);
    return attributionHours * HOUR_MS;
  }

  private async draft(
    tx: EntityManager,
    organizationId: string,
    incoming: readonly IncomingOrder[],
  ): Promise<Draft[]> {
    const now = this.clock.now();
    const metaIds = incoming.flatMap(({ metaCatalogId }) => metaCatalogId ?? []);
    const catalogs = new Map<string | null, Catalogued>(
      (await catalogsAtMeta(tx, organizationId, [...new Set(metaIds)])).map((one) => [
        one.metaCatalogId,
        one,
      ]),
    );
    const catalogOf = ({ metaCatalogId }: IncomingOrder): Catalogued | undefined =>
      metaCatalogId === null ? undefined : catalogs.get(metaCatalogId);
    const carts = new Map(incoming.map((one) => [one.wamid, cartOf(one, catalogOf(one))]));
    const isNew = await queries.insertCarts(tx, organizationId, [...carts.values()], now);
    const fresh = incoming.filter(({ wamid }) => isNew.has(wamid));
    const wanted = fresh.flatMap((one) => {
      const catalogId = catalogOf(one)?.id;
      const skus = one.lines.map(({ retailerId }) => fit(retailerId ?? '', MAX_SKU));
      return catalogId === undefined ? [] : skus.map((retailerId) => ({ catalogId, retailerId }));
    });
    const found = await itemsBySku(tx, organizationId, wanted);
    const items = new Map(found.map((item) => [`${item.catalogId} ${item.retailerId}`, item]));
    return fresh.map((one) =>
      draftOrder(one, {
        organizationId,
        cartId: carts.get(one.wamid)?.id ?? '',
        by: CUSTOMER,
        catalog: catalogOf(one),
        itemOf: (catalogId, retailerId) => items.get(`${catalogId} ${retailerId}`),
        now,
      }),
    );
  }

  /**
   * Once, whatever is reserved of it: products count what is ordered of them, and their rows come before the counter of
   * the numbers. A product may have been deleted since its SKU was looked up.
   */
  private async lockStock(
    tx: EntityManager,
    organizationId: string,
    drafts: readonly Draft[],
  ): Promise<void> {
    const known = drafts.flatMap(({ lines }) =>
      lines.flatMap((line) => (line.productId === null ? [] : [{ ...line, productId: line.productId }])),
    );
    const present = await this.stock.lock(tx, organizationId, known);
    for (const line of drafts.flatMap(({ lines }) => lines)) {
      const { productId, variantId } = line;
      if (productId !== null && !present.has(keyOf({ productId, variantId }))) flagDeleted(line);
    }
  }

  /** Oldest message first: that decides who gets the last piece. */
  private async reserve(
    tx: EntityManager,
    organizationId: string,
    drafts: readonly Draft[],
    settings: CommerceSettings,
    isAsked: boolean,
  ): Promise<void> {
    const confirms = ({ order }: Draft): boolean => settings.autoConfirm && order.flags.length === 0;
    const asked = drafts
      .filter((draft) => settings.reservationMinutes !== 0 || isAsked || confirms(draft))
      .flatMap(({ order, lines }) => lines.map((line) => ({ line, orderId: order.id })))
      .flatMap(({ line, orderId }) => {
        const { productId, variantId, quantity, problems } = line;
        const isUnsold = problems.includes('variant_missing') || problems.includes('product_deleted');
        const isSold = productId !== null && quantity > 0 && !isUnsold;
        return isSold ? [{ line, stock: { productId, variantId, quantity, orderId } }] : [];
      });
    const moved = await this.stock.reserve(
      tx,
      organizationId,
      asked.map(({ stock }) => stock),
      { keyId: null, reason: null },
    );
    for (const [place, { line }] of asked.entries()) {
      const result = moved[place];
      if (result?.outcome === 'moved') line.reservedQuantity = line.quantity;
      if (result?.outcome === 'short') line.problems = inOrder([...line.problems, 'stock_short']);
      if (result?.outcome === 'gone') flagDeleted(line);
    }
    for (const draft of drafts) settle(draft, settings);
    if (settings.reservationMinutes === 0) await this.releasePending(tx, organizationId, drafts);
  }

  /** They reserved only in order to confirm themselves, or to learn what is short. */
  private async releasePending(
    tx: EntityManager,
    organizationId: string,
    drafts: readonly Draft[],
  ): Promise<void> {
    const pending = drafts.filter(({ order }) => order.status === 'pending');
    const held = pending.flatMap(({ order, lines }) =>
      lines.flatMap((line) => {
        const { productId, variantId, reservedQuantity: quantity } = line;
        return productId === null || quantity === 0
          ? []
          : [{ line, stock: { productId, variantId, quantity, orderId: order.id } }];
      }),
    );
    const kept = held.map(({ stock }) => stock);
    await this.stock.release(tx, organizationId, kept, { keyId: null, reason: null });
    for (const { line } of held) line.reservedQuantity = 0;
  }

  /** Flags them. Orders of one batch have no numbers yet, so what they repeat may be an order itself. */
  private async duplicatesAmong(
    tx: EntityManager,
    organizationId: string,
    drafts: readonly Draft[],
  ): Promise<{ order: OrderRow; of: OrderRow | string }[]> {
    const since = new Date(this.clock.now().getTime() - DUPLICATE_MS);
    const phones = drafts.flatMap(({ order }) => order.phoneNumber ?? []);
    const userIds = drafts.flatMap(({ order }) =>
      order.phoneNumber === null ? (order.whatsappUserId ?? []) : [],
    );
    const recent = await queries.recentOrders(tx, organizationId, { phones, userIds }, since);
    const latest = new Map<string, OrderRow | string>(
      recent.map(({ person, orderNumber: number }) => [person, number]),
    );
    return drafts.flatMap(({ order }) => {
      const person = order.phoneNumber ?? order.whatsappUserId ?? order.id;
      const of = latest.get(person);
      latest.set(person, order);
      if (of === undefined) return [];
      order.flags = inOrder([...order.flags, 'possible_duplicate']);
      return [{ order, of }];
    });
  }

  /** The last lock before the inserts, and short: nothing slow follows. */
  private async number(tx: EntityManager, organizationId: string, drafts: readonly Draft[]): Promise<void> {
    const today = dayAt(this.clock.now(), this.calendar.timeZone);
    const first = await queries.takeNumbers(tx, organizationId, Number(today.slice(0, 4)), drafts.length);
    for (const [place, { order }] of drafts.entries()) {
      order.orderNumber = orderNumber(today, first + BigInt(place));
    }
  }

  private async store(
    tx: EntityManager,
    organizationId: string,
    drafts: readonly Draft[],
    settings: CommerceSettings,
  ): Promise<void> {
    const now = this.clock.now();
    const placedOn = dayAt(now, this.calendar.timeZone);
    await orders.insertOrders(
      tx,
      drafts.map(({ order }) => ({ ...order, placedOn })),
    );
    const lines = drafts.flatMap(({ order, lines }) => lines.map((line) => ({ ...line, orderId: order.id })));
    await orders.insertLines(tx, organizationId, lines, now);
    await orders.insertHistory(tx, organizationId, drafts.flatMap(historyOf), now);
    const news = drafts.flatMap(({ order, lines: own }) => eventsOf(order, own, newsOf(order), now));
    await this.events.record(tx, news);
    await this.notices.tell(
      tx,
      organizationId,
      settings,
      drafts.map(({ order, lines: own }) => ({
        ...{ order, lines: own, event: 'received' as const, dedupeKey: `order:${order.id}:received` },
        mayCancel: settings.customerMayCancel && order.status === 'pending',
      })),
    );
    const asked = drafts.filter(({ order }) => asksForMoney(order, settings)).map(({ order }) => order.id);
    await queueRequests(tx, organizationId, asked, now);
  }

  /** The carts of the messages, which their orders have settled. */
  private async storeCarts(
    tx: EntityManager,
    organizationId: string,
    drafts: readonly Draft[],
  ): Promise<void> {
    const now = this.clock.now();
    await queries.sumCarts(
      tx,
      organizationId,
      drafts.map(({ order }) => ({
        ...{ id: order.cartId ?? '', subtotal: order.subtotal, tax: order.tax, total: order.total },
      })),
    );
    const carts = drafts.map(({ order, lines }) => ({
      order,
      items: lines.map((line) => ({ ...line, id: uuidV7(), cartId: order.cartId ?? '' })),
    }));
    await queries.insertCartItems(
      tx,
      organizationId,
      carts.flatMap(({ items }) => items),
      now,
    );
    await this.events.record(
      tx,
      carts.map(({ order, items }) => cartConverted(order, items)),
    );
  }
}

function asksForMoney({ status }: OrderRow, { paymentRequestOn }: CommerceSettings): boolean {
  return paymentRequestOn === 'received' || (paymentRequestOn === 'confirmed' && status === 'confirmed');
}

/** The cart of a message as the API shows it; it was sent and became an order in one moment. */
function cartConverted(order: OrderRow, items: readonly (LineRow & { cartId: string })[]) {
  const { organizationId, customerId, createdAt } = order;
  const cart = {
    ...{ id: order.cartId ?? '', status: 'converted' as const, source: order.source, customerId },
    ...{ catalogId: order.catalogId, phoneNumber: order.phoneNumber, currency: order.currency },
    ...{ subtotal: order.subtotal, tax: order.tax, discount: order.discount, total: order.total },
    ...{
      notes: order.customerNotes,
      orderId: order.id,
      remindersSent: 0,
      expiresAt: null,
      abandonedAt: null,
    },
    ...{ checkoutAt: createdAt, convertedAt: createdAt, lastActivityAt: createdAt },
    ...{ createdAt, updatedAt: createdAt },
  };
  const lines = items.map((line) => ({ ...line, sku: line.productSku, priceChanged: false }));
  return {
    ...{
      organizationId,
      kind: 'cart.converted' as const,
      customerId,
      objectId: cart.id,
      occurredAt: createdAt,
    },
    data: { ...shownCart(cart), items: lines.map(shownCartItem) },
  };
}

function cartOf(incoming: IncomingOrder, catalog: Catalogued | undefined): queries.NewCart {
  const { wamid, senderId, customerId, phoneNumber, whatsappUserId, note } = incoming;
  return {
    ...{
      id: uuidV7(),
      wamid,
      catalogId: catalog?.id ?? null,
      senderId,
      customerId,
      phoneNumber,
      whatsappUserId,
    },
    ...{ currency: currencyOf(incoming, catalog), notes: fit(note, MAX_NOTE) },
  };
}

/** After the stock: what the flags are, whether the order confirms itself, and how long its stock is kept. */
function settle({ order, lines }: Draft, settings: CommerceSettings): void {
  order.flags = flagsAfter(order.flags, lines);
  order.needsReview = needsReview(order.flags);
  const holds = lines.some(({ reservedQuantity }) => reservedQuantity > 0);
  const { reservationMinutes } = settings;
  if (settings.autoConfirm && order.flags.length === 0) {
    order.status = 'confirmed';
    order.confirmedAt = order.createdAt;
  } else if (holds && reservationMinutes !== null && reservationMinutes > 0) {
    order.reservedUntil = new Date(order.createdAt.getTime() + reservationMinutes * 60_000);
  }
}

function flagDeleted(line: LineRow): void {
  line.problems = inOrder([...line.problems, 'product_deleted']);
}

function historyOf({ order, by }: Draft): HistoryEntry[] {
  const { id: orderId, flags, status } = order;
  const entry = { orderId, reason: null };
  const created: HistoryEntry = {
    ...{ ...entry, id: uuidV7(), kind: 'created', from: null, to: 'pending', by },
    data: flags.length === 0 ? {} : { flags },
  };
  if (status !== 'confirmed') return [created];
  return [
    created,
    { ...entry, id: uuidV7(), kind: 'status', from: 'pending', to: 'confirmed', data: {}, by: SYSTEM },
  ];
}

function newsOf({ flags, status }: OrderRow): OrderNews[] {
  return [
    { kind: 'order.created' },
    ...(flags.length === 0 ? [] : [{ kind: 'order.flagged' as const }]),
    ...(status === 'confirmed'
      ? [{ kind: 'order.status_changed' as const, from: 'pending', to: 'confirmed' }]
      : []),
  ];
}
