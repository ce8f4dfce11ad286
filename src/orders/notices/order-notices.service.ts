import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consents } from '../../customers/consent/consent.service.js';
import { windowClosesAt } from '../../messages/conversations/conversations.service.js';
import { type NewOutboxMessage, Outbox } from '../../messages/outbox/outbox.service.js';
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
  templateMessage,
  textMessage,
} from '../../whatsapp/payloads/message-payload.js';
import type { OrderRow } from '../order/order-row.js';
import { type CommerceSettings, fillText, type NoticeSettings } from '../settings/commerce-settings.js';
import { cancelButtonOf, type Notice, reminderKeys } from './notice.js';
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

type Reason =
  | 'no_sender'
  | 'customer_deleted'
  | 'suppressed'
  | 'window_closed'
  | 'template_unusable'
  | 'values_missing'
  | 'no_address';

interface Situation {
  senders: (order: OrderRow) => string | null;
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

  async tell(
    tx: EntityManager,
    organizationId: string,
    settings: CommerceSettings,
    notices: readonly Notice[],
  ): Promise<void> {
    const wanted = notices.filter(
      ({ event, text }) => text !== undefined || settings.messages[event].enabled,
    );
    if (wanted.length === 0) return;
    const now = this.clock.now();
    const situation = await this.situationOf(tx, organizationId, wanted);
    const messages: NewOutboxMessage[] = [];
    const records: queries.NewOrderMessage[] = [];
    for (const notice of wanted) {
      const { order, event, dedupeKey } = notice;
      const message = await this.messageOf(tx, notice, settings.messages[event], situation, now);
      const notSentReason = typeof message === 'string' ? message : null;
      if (typeof message !== 'string') messages.push(message);
      records.push({ orderId: order.id, event, dedupeKey, notSentReason });
    }
    await this.outbox.add(tx, messages);
    await queries.insertMessages(tx, organizationId, records, now);
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

  private async messageOf(
    tx: EntityManager,
    notice: Notice,
    settings: NoticeSettings,
    situation: Situation,
    now: Date,
  ): Promise<NewOutboxMessage | Reason> {
    const { order, dedupeKey } = notice;
    const { organizationId, phoneNumber, whatsappUserId, customerId } = order;
    const senderId = situation.senders(order);
    if (senderId === null) return 'no_sender';
    const refusal = situation.refusal(order);
    if (refusal !== null) return refusal;
    const to = addresseeOf(order);
    if (to === null) return 'no_address';
    const closesAt = situation.closesAt(order, senderId);
    const isOpen = closesAt !== null && closesAt.getTime() - now.getTime() > SLACK_MS;
    const template = await this.templateOf(tx, notice, settings, { to, senderId }, situation.templates);
    const message = {
      ...{
        organizationId,
        senderId,
        purpose: 'order' as const,
        dedupeKey,
        phoneNumber,
        whatsappUserId,
        customerId,
      },
      ...{ isMarketing: false, priority: PRIORITY },
    };
    const worthUntil = new Date(now.getTime() + WORTH_MS);
    if (!isOpen) {
      if (typeof template === 'string') return template;
      return { ...message, payload: template, category: 'UTILITY', expiresAt: worthUntil };
    }
    const payload = textOf(notice, settings, to);
    if (typeof payload === 'string') return payload;
    // The window may close before the message goes; then the template does.
    const hasFallback = typeof template !== 'string';
    const fallback = hasFallback
      ? { payload: template, category: 'UTILITY' as const, isMarketing: false }
      : null;
    return {
      ...{ ...message, payload, needsOpenWindow: true, fallback },
      expiresAt: hasFallback ? worthUntil : closesAt,
    };
  }

  private async templateOf(
    tx: EntityManager,
    { order, lines, event, amount, text }: Notice,
    { templateName, templateLanguage, templateVariables }: NoticeSettings,
    { to, senderId }: { to: Addressee; senderId: string },
    known: Situation['templates'],
  ): Promise<MessagePayload | Reason> {
    if (templateName === null || text !== undefined) return 'window_closed';
    const language = templateLanguage ?? 'en';
    const key = `${event} ${senderId}`;
    if (!known.has(key)) {
      const named = { name: templateName, language, senderId };
      const found = await queries.usableTemplate(tx, order.organizationId, named);
      const options = { parameterFormat: found?.parameterFormat, defaults: templateVariables };
      known.set(key, found && compileTemplate(found.components, options));
    }
    const compiled = known.get(key);
    if (compiled === undefined) return 'template_unusable';
    const rendered = renderTemplate(compiled, { variables: noticeValues(order, lines, amount ?? null) });
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
      orders.flatMap(({ senderId }) => senderId ?? []),
    );
    // The number that took the order may be gone; the default one then tells its customer.
    const existing = new Set(known.map(({ id }) => id));
    const standard = known.find(({ isDefault }) => isDefault)?.id ?? null;
    const senders = ({ senderId }: OrderRow): string | null =>
      senderId !== null && existing.has(senderId) ? senderId : standard;
    const asked = orders.flatMap((order) => {
      const senderId = senders(order);
      return senderId === null ? [] : contactsOf(order).map((contact) => ({ senderId, contact }));
    });
    const written = await queries.lastInbound(tx, organizationId, asked);
    const lastAt = new Map(written.map(({ senderId, contact, at }) => [`${senderId} ${contact}`, at]));
    return {
      senders,
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

const contactsOf = ({ phoneNumber, whatsappUserId }: OrderRow): string[] => [
  ...(phoneNumber === null ? [] : waIdVariants(phoneNumber)),
  ...(whatsappUserId === null ? [] : [whatsappUserId]),
];

function addresseeOf({ phoneNumber, whatsappUserId }: OrderRow): Addressee | null {
  if (phoneNumber !== null) return { phone: phoneNumber };
  return whatsappUserId !== null && USER_ID.test(whatsappUserId) ? { userId: whatsappUserId } : null;
}

function textOf(notice: Notice, settings: NoticeSettings, to: Addressee): MessagePayload | Reason {
  const { order, lines, amount = null, mayCancel = false } = notice;
  const body = notice.text ?? fillText(settings.text, noticeValues(order, lines, amount));
  if (body.trim() === '') return 'values_missing';
  if (!mayCancel) return textMessage({ to }, cut(body, MAX_TEXT));
  const button = { id: cancelButtonOf(order.id), title: 'Cancel order' };
  return buttonsMessage({ to }, { body: cut(body, MAX_BUTTON_TEXT) }, [button]);
}
