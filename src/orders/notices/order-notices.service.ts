import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consents } from '../../customers/consent/consent.service.js';
import { windowClosesAt } from '../../messages/conversations/conversations.service.js';
import { type NewOutboxMessage, Outbox } from '../../messages/outbox/outbox.service.js';
import type { MessagePurpose } from '../../messages/log/message-state.js';
import { Clock } from '../../platform/clock/clock.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import {
  type CompiledTemplate,
  compileTemplate,
  renderTemplate,
} from '../../templates/rendering/render-template.js';
import { USER_ID } from '../../whatsapp/parsing/person.js';
import {
  type Addressee,
  buttonsMessage,
  type MessagePayload,
  orderDetailsMessage,
  type OrderPageStatus,
  orderStatusMessage,
  templateMessage,
  textMessage,
} from '../../whatsapp/payloads/message-payload.js';
import type { OrderRow } from '../order/order-row.js';
import { type CommerceSettings, fillText, type NoticeSettings } from '../settings/commerce-settings.js';
import { cancelButtonOf, type Notice, paymentKey, paymentReminderKeys, reminderKeys } from './notice.js';
import { cut, noticeValues } from './notice-text.js';
import * as queries from './notices.queries.js';

/** A closing window is as good as closed: the message would arrive after it. */
const SLACK_MS = 60_000;
/** Ahead of what nobody waits for. */
const PRIORITY = 2;
/** News of an order is worth telling for a day. */
const WORTH_MS = 24 * 60 * 60 * 1_000;
const MAX_TEXT = 4_096;
const MAX_BUTTON_TEXT = 1_024;

export type Reason =
  | 'no_sender'
  | 'customer_deleted'
  | 'suppressed'
  | 'window_closed'
  | 'template_unusable'
  | 'values_missing'
  | 'no_address';

interface Situation {
  senders: (notice: Notice) => string | null;
  /** The pages that payments inside WhatsApp opened, by order. */
  pages: ReadonlyMap<string, queries.OrderPage>;
  closesAt: (order: OrderRow, senderId: string) => Date | null;
  refusal: (order: OrderRow) => Reason | null;
  /** What was looked up and compiled for these notices: most are about the same event and from the same sender. */
  templates: Map<string, CompiledTemplate | undefined>;
}

/**
 * Tells customers what becomes of their orders. The messages are written in the transaction of their reason: as text
 * while the service window is open, as a utility template when it is closed. When neither is possible, the order says
 * why its customer was not told.
 */
@Injectable()
export class OrderNotices {
  constructor(
    private readonly outbox: Outbox,
    private readonly consents: Consents,
    private readonly clock: Clock,
  ) {}

  /** Returns why messages were not written, by their keys. */
  async tell(
    tx: EntityManager,
    organizationId: string,
    settings: CommerceSettings,
    notices: readonly Notice[],
  ): Promise<ReadonlyMap<string, Reason>> {
    const wanted = notices.filter(
      ({ event, text, details, wording }) =>
        text !== undefined || details !== undefined || (wording ?? settings.messages[event]).enabled,
    );
    const reasons = new Map<string, Reason>();
    if (wanted.length === 0) return reasons;
    const now = this.clock.now();
    const situation = await this.situationOf(tx, organizationId, wanted);
    const messages: NewOutboxMessage[] = [];
    const records: queries.NewOrderMessage[] = [];
    for (const notice of wanted) {
      const { order, event, dedupeKey } = notice;
      const wording = notice.wording ?? settings.messages[event];
      const message = await this.messageOf(tx, notice, wording, situation, now);
      const notSentReason = typeof message === 'string' ? message : null;
      if (typeof message === 'string') reasons.set(dedupeKey, message);
      else messages.push(message);
      records.push({ orderId: order.id, event, dedupeKey, notSentReason });
    }
    await this.outbox.add(tx, messages);
    await queries.insertMessages(tx, organizationId, records, now);
    return reasons;
  }

  /**
   * Takes reminders of other carts of these people back that still wait. The carts are locked first, because a reminder
   * may just be on its way into the outbox.
   */
  async withdrawReminders(
    tx: EntityManager,
    organizationId: string,
    orders: readonly OrderRow[],
  ): Promise<void> {
    const carts = await queries.lockAbandonedCarts(tx, organizationId, {
      customerIds: orders.flatMap(({ customerId }) => customerId ?? []),
      phones: orders.flatMap(({ phoneNumber }) => (phoneNumber === null ? [] : waIdVariants(phoneNumber))),
      userIds: orders.flatMap(({ whatsappUserId }) => whatsappUserId ?? []),
    });
    await this.outbox.withdraw(tx, organizationId, carts.flatMap(reminderKeys), 'ordered');
  }

  /** Takes back what requests for money have not sent yet: nothing is to be paid over them any more. */
  async withdrawRequests(
    tx: EntityManager,
    { organizationId, id }: Pick<OrderRow, 'organizationId' | 'id'>,
    attempts: readonly number[],
    reason: string,
  ): Promise<void> {
    const keys = attempts.flatMap((attempt) => [
      paymentKey(id, attempt, 'request'),
      ...paymentReminderKeys(id, attempt),
    ]);
    await this.outbox.withdraw(tx, organizationId, keys, reason);
  }

  private async messageOf(
    tx: EntityManager,
    notice: Notice,
    settings: NoticeSettings,
    situation: Situation,
    now: Date,
  ): Promise<NewOutboxMessage | Reason> {
    const { order, dedupeKey } = notice;
    const { organizationId, phoneNumber, whatsappUserId, customerId } = order;
    const senderId = situation.senders(notice);
    if (senderId === null) return 'no_sender';
    const refusal = situation.refusal(order);
    if (refusal !== null) return refusal;
    const to = addresseeOf(order);
    if (to === null) return 'no_address';
    const closesAt = situation.closesAt(order, senderId);
    const isOpen = closesAt !== null && closesAt.getTime() - now.getTime() > SLACK_MS;
    const template = await this.templateOf(tx, notice, settings, { to, senderId }, situation.templates);
    const message = {
      ...(notice.messageId === undefined ? {} : { id: notice.messageId }),
      ...{
        organizationId,
        senderId,
        purpose: purposeOf(notice),
        dedupeKey,
        phoneNumber,
        whatsappUserId,
        customerId,
      },
      ...{ isMarketing: false, priority: PRIORITY },
    };
    const worthUntil = earlier(new Date(now.getTime() + WORTH_MS), notice.worthUntil);
    if (!isOpen) {
      if (typeof template === 'string') return template;
      return { ...message, payload: template, category: 'UTILITY', expiresAt: worthUntil };
    }
    const payload = textOf(notice, settings, to, situation.pages.get(order.id));
    if (typeof payload === 'string') return payload;
    // The window may close before the message goes; then the template does.
    const hasFallback = typeof template !== 'string';
    const fallback = hasFallback
      ? { payload: template, category: 'UTILITY' as const, isMarketing: false }
      : null;
    return {
      ...{ ...message, payload, needsOpenWindow: true, fallback },
      expiresAt: hasFallback ? worthUntil : earlier(closesAt, notice.worthUntil),
    };
  }

  private async templateOf(
    tx: EntityManager,
    { order, lines, event, amount, text, paymentUrl, details }: Notice,
    { templateName, templateLanguage, templateVariables }: NoticeSettings,
    { to, senderId }: { to: Addressee; senderId: string },
    known: Situation['templates'],
  ): Promise<MessagePayload | Reason> {
    if (templateName === null || text !== undefined) return 'window_closed';
    const language = templateLanguage ?? 'en';
    const key = `${event} ${senderId} ${templateName} ${language}`;
    if (!known.has(key)) {
      const named = { name: templateName, language, senderId };
      const found = await queries.usableTemplate(tx, order.organizationId, named);
      const options = { parameterFormat: found?.parameterFormat, defaults: templateVariables };
      known.set(key, found && compileTemplate(found.components, options));
    }
    const compiled = known.get(key);
    if (compiled === undefined) return 'template_unusable';
    // Without the button the customer could not pay.
    const asks = compiled.inputs.some(({ name }) => name === 'order_details');
    if (details !== undefined && !asks) return 'template_unusable';
    const values = noticeValues(order, lines, amount ?? null, paymentUrl ?? null);
    const variables = details === undefined ? values : { ...values, order_details: details };
    const rendered = renderTemplate(compiled, { variables });
    if (!rendered.ok) return 'values_missing';
    return templateMessage({ to }, { name: templateName, language, components: rendered.components });
  }

  private async situationOf(
    tx: EntityManager,
    organizationId: string,
    notices: readonly Notice[],
  ): Promise<Situation> {
    const orders = notices.map(({ order }) => order);
    const known = await queries.sendersFor(
      tx,
      organizationId,
      notices.flatMap(({ senderId, order }) => [senderId ?? [], order.senderId ?? []].flat()),
    );
    const pages = await queries.orderPages(
      tx,
      organizationId,
      orders.map(({ id }) => id),
    );
    // The number that took the order may be gone; the default one then tells its customer.
    const senders = ({ senderId, order }: Notice): string | null =>
      queries.firstSender(known, senderId, order.senderId);
    const asked = notices.flatMap((notice) => {
      const { order } = notice;
      const senderId = senders(notice);
      return senderId === null ? [] : contactsOf(order).map((contact) => ({ senderId, contact }));
    });
    const written = await queries.lastInbound(tx, organizationId, asked);
    const lastAt = new Map(written.map(({ senderId, contact, at }) => [`${senderId} ${contact}`, at]));
    return {
      senders,
      pages: new Map(pages.map((page) => [page.orderId, page])),
      closesAt: (order, senderId) => {
        const times = contactsOf(order).flatMap((contact) => lastAt.get(`${senderId} ${contact}`) ?? []);
        const [latest] = times.sort((a, b) => b.getTime() - a.getTime());
        return latest === undefined ? null : windowClosesAt(latest);
      },
      refusal: await this.refusals(tx, organizationId, orders),
      templates: new Map(),
    };
  }

  /** News of an order also goes to people who want no marketing, but not to deleted and suppressed ones. */
  private async refusals(
    tx: EntityManager,
    organizationId: string,
    orders: readonly OrderRow[],
  ): Promise<Situation['refusal']> {
    const known = await queries.customersAmong(tx, organizationId, {
      ids: orders.flatMap(({ customerId }) => customerId ?? []),
      contacts: orders.flatMap(contactsOf),
    });
    const isKnown = (order: OrderRow): boolean =>
      known.has(order.customerId ?? '') || contactsOf(order).some((contact) => known.has(contact));
    const strangers = orders.filter((order) => order.customerId === null && !isKnown(order));
    const suppressed =
      strangers.length === 0
        ? new Set<string>()
        : await this.consents.suppressedAmong(tx, organizationId, strangers.flatMap(contactsOf));
    return (order) => {
      if (isKnown(order)) return null;
      if (order.customerId !== null) return 'customer_deleted';
      return contactsOf(order).some((contact) => suppressed.has(contact)) ? 'suppressed' : null;
    };
  }
}

function purposeOf({ event, isReminder = false }: Notice): MessagePurpose {
  if (event !== 'paymentRequest') return 'order';
  return isReminder ? 'payment_reminder' : 'payment';
}

const earlier = (at: Date, other: Date | undefined): Date => (other !== undefined && other < at ? other : at);

const contactsOf = ({ phoneNumber, whatsappUserId }: OrderRow): string[] => [
  ...(phoneNumber === null ? [] : waIdVariants(phoneNumber)),
  ...(whatsappUserId === null ? [] : [whatsappUserId]),
];

function addresseeOf({ phoneNumber, whatsappUserId }: OrderRow): Addressee | null {
  if (phoneNumber !== null) return { phone: phoneNumber };
  return whatsappUserId !== null && USER_ID.test(whatsappUserId) ? { userId: whatsappUserId } : null;
}

function textOf(
  notice: Notice,
  settings: NoticeSettings,
  to: Addressee,
  page: queries.OrderPage | undefined,
): MessagePayload | Reason {
  const { order, lines, amount = null, mayCancel = false, paymentUrl = null, details } = notice;
  const values = noticeValues(order, lines, amount, paymentUrl);
  const body = (notice.text ?? fillText(settings.text, values)).trim();
  if (body === '') return 'values_missing';
  if (details !== undefined)
    return orderDetailsMessage({ to }, { body: cut(body, MAX_BUTTON_TEXT), parameters: details });
  const status = page === undefined ? null : pageStatus(notice, page);
  if (page !== undefined && status !== null) {
    const { reference } = page;
    return orderStatusMessage({ to }, { body: cut(body, MAX_BUTTON_TEXT), reference, status });
  }
  if (!mayCancel) return textMessage({ to }, cut(body, MAX_TEXT));
  const button = { id: cancelButtonOf(order.id), title: 'Cancel order' };
  return buttonsMessage({ to }, { body: cut(body, MAX_BUTTON_TEXT) }, [button]);
}

/** The status of the order's page that the news stands for. Null: none, so the news goes as text. */
function pageStatus({ event, order, text }: Notice, { hasMoney }: queries.OrderPage): OrderPageStatus | null {
  if (text !== undefined) return null;
  if (event === 'confirmed' || event === 'processing') return 'processing';
  if (event === 'shipped') return order.fulfillmentStatus === 'fulfilled' ? 'shipped' : 'partially_shipped';
  if (event === 'completed') return 'completed';
  // Meta refuses to cancel what is being paid or was.
  return event === 'cancelled' && !hasMoney ? 'canceled' : null;
}
