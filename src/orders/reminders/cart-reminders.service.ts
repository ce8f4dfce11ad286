import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JudgedOutbox } from '../../messages/outbox/judged-outbox.service.js';
import type { NewOutboxMessage } from '../../messages/outbox/outbox.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { isOpen } from '../../rules/calendar/send-window.js';
import { compileTemplate } from '../../templates/rendering/render-template.js';
import { CartContacts } from '../carts/cart-contacts.service.js';
import { cartValues } from '../carts/cart-message.js';
import { CartPricing } from '../carts/cart-prices.service.js';
import type { CartRow } from '../carts/cart-row.js';
import { insertCartMessages, type NewCartMessage } from '../carts/cart-writes.queries.js';
import { itemsOfCarts } from '../carts/carts.queries.js';
import { priceCart } from '../carts/price-cart.js';
import { reminderKey } from '../notices/notice.js';
import { type CommerceSettings, type ReminderSettings, withDefaults } from '../settings/commerce-settings.js';
import { findSettings } from '../settings/commerce-settings.queries.js';
import * as queries from './cart-reminders.queries.js';
import { type NotReminded, reasonOf, reminderContent, type UsableTemplate } from './reminder-message.js';

const BITE = 200;
/** A reminder that cannot go within an hour is late. */
const WORTH_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

interface DueReminder {
  cart: CartRow;
  /** From 1 on. */
  n: number;
  reminder: ReminderSettings;
}

/**
 * Reminds people of the carts that they left. The statement that writes a reminder into the outbox asks once more: whether
 * the cart is still abandoned, its person has not ordered, and marketing may go to them. A reminder that may not go is
 * recorded with the reason and not tried again.
 */
@Injectable()
export class CartReminders {
  constructor(
    private readonly database: Database,
    private readonly prices: CartPricing,
    private readonly contacts: CartContacts,
    private readonly outbox: JudgedOutbox,
    private readonly calendar: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  async organizations(): Promise<string[]> {
    // Outside the hours for marketing a reminder waits where a change of the cart can still stop it.
    const { sendWindow, timeZone } = this.calendar;
    if (!isOpen(sendWindow, this.clock.now(), timeZone)) return [];
    return queries.remindingOrganizations(this.database.manager);
  }

  /** One bite of an organization. Returns whether there may be more. */
  async run(organizationId: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const { cartReminders }: CommerceSettings = withDefaults(await findSettings(tx, organizationId));
      const afterMinutes = cartReminders.map((reminder) => reminder.afterMinutes);
      if (afterMinutes.length === 0) return false;
      const carts = await queries.lockDue(tx, organizationId, { afterMinutes, now, limit: BITE });
      if (carts.length > 0) await this.remind(tx, organizationId, carts, cartReminders, now);
      return carts.length === BITE;
    });
  }

  private async remind(
    tx: EntityManager,
    organizationId: string,
    carts: readonly CartRow[],
    reminders: readonly ReminderSettings[],
    now: Date,
  ): Promise<void> {
    const due = carts.flatMap((cart) => dueOf(cart, reminders, now));
    const written = await this.write(tx, organizationId, due, now);
    const overtaken = due.flatMap(({ cart, n }) =>
      Array.from({ length: n - cart.remindersDone - 1 }, (_, place) => ({
        ...{ cart, n: cart.remindersDone + 1 + place, reason: 'overtaken' as const },
      })),
    );
    const reminded = due.map(({ cart, n }) => ({
      cart,
      n,
      reason: written.get(reminderKey(cart.id, n)) ?? null,
    }));
    const records = [...overtaken, ...reminded].map(({ cart, n, reason }): NewCartMessage => ({
      ...{ cartId: cart.id, kind: 'reminder', number: n },
      ...{ dedupeKey: reminderKey(cart.id, n), notSentReason: reason },
    }));
    await insertCartMessages(tx, organizationId, records, now);
    const notes = reminded.map(({ cart, n, reason }) => ({
      ...{ cartId: cart.id, done: n, sent: reason === null ? 1 : 0 },
    }));
    await queries.noteReminders(tx, organizationId, notes, now);
  }

  /** Returns why a reminder is not in the outbox, by its key. */
  private async write(
    tx: EntityManager,
    organizationId: string,
    due: readonly DueReminder[],
    now: Date,
  ): Promise<Map<string, NotReminded>> {
    const reasons = new Map<string, NotReminded>();
    const messages: NewOutboxMessage[] = [];
    const contactOf = await this.contacts.of(
      tx,
      organizationId,
      due.map(({ cart }) => cart),
    );
    const wordsOf = await this.words(
      tx,
      organizationId,
      due.map(({ cart }) => cart),
      now,
    );
    const templates = new Map<string, UsableTemplate | undefined>();
    const { sendWindow, timeZone: zone } = this.calendar;
    for (const { cart, n, reminder } of due) {
      const dedupeKey = reminderKey(cart.id, n);
      const { senderId, to, name, closesAt, customer } = contactOf(cart);
      if (senderId === null || to === null) {
        reasons.set(dedupeKey, senderId === null ? 'no_sender' : 'no_address');
        continue;
      }
      const template = await this.template(tx, organizationId, senderId, { n, reminder, templates });
      const values = wordsOf(cart, name);
      const content = reminderContent(reminder, template, { to, values, isOpen: closesAt !== null });
      if (typeof content === 'string') {
        reasons.set(dedupeKey, content);
        continue;
      }
      const { phoneNumber, whatsappUserId } = cart;
      const customerId = customer?.id ?? cart.customerId;
      const late = new Date(now.getTime() + WORTH_MS);
      const endsWithWindow = content.needsOpenWindow && content.fallback === null && closesAt !== null;
      messages.push({
        ...{ ...content, organizationId, senderId, purpose: 'cart', dedupeKey, isMarketing: true },
        ...{ phoneNumber, whatsappUserId, customerId },
        window: sendWindow === null ? null : { ...sendWindow, zone },
        expiresAt: endsWithWindow && closesAt < late ? closesAt : late,
      });
    }
    const judged = await this.outbox.add(tx, organizationId, messages, (message) =>
      queries.hindrance(organizationId, message),
    );
    for (const [key, reason] of judged) if (reason !== null) reasons.set(key, reasonOf(reason));
    return reasons;
  }

  /** What the reminders say, at the prices of this moment. */
  private async words(
    tx: EntityManager,
    organizationId: string,
    carts: readonly CartRow[],
    now: Date,
  ): Promise<(cart: CartRow, name: string) => ReturnType<typeof cartValues>> {
    const ids = carts.map(({ id }) => id);
    const items = await itemsOfCarts(tx, organizationId, ids);
    const byCart = Map.groupBy(items, ({ cartId }) => cartId);
    const pricesOf = await this.prices.of(tx, organizationId, carts, items);
    return (cart, name) => {
      const priced = priceCart(cart, byCart.get(cart.id) ?? [], pricesOf(cart), now);
      return cartValues({ ...cart, ...priced.sums }, priced.items, name);
    };
  }

  private async template(
    tx: EntityManager,
    organizationId: string,
    senderId: string,
    {
      n,
      reminder,
      templates,
    }: { n: number; reminder: ReminderSettings; templates: Map<string, UsableTemplate | undefined> },
  ): Promise<UsableTemplate | undefined> {
    const { templateName: name, templateLanguage, templateVariables } = reminder;
    if (typeof name !== 'string') return undefined;
    const key = `${n} ${senderId}`;
    if (!templates.has(key)) {
      const language = templateLanguage ?? 'en';
      const found = await queries.approvedTemplate(tx, organizationId, { name, language, senderId });
      const options = { parameterFormat: found?.parameterFormat, defaults: templateVariables };
      templates.set(
        key,
        found && {
          ...{ name, language, compiled: compileTemplate(found.components, options) },
          category: found.category === 'UTILITY' ? 'UTILITY' : 'MARKETING',
        },
      );
    }
    return templates.get(key);
  }
}

/** Of several that are due at once, after a time without a worker or a change of the settings, the last one goes. */
function dueOf(cart: CartRow, reminders: readonly ReminderSettings[], now: Date): DueReminder[] {
  const since = cart.abandonedAt?.getTime() ?? Infinity;
  const last = reminders.findLastIndex(
    ({ afterMinutes }, place) =>
      place >= cart.remindersDone && since + afterMinutes * MINUTE_MS <= now.getTime(),
  );
  const reminder = reminders[last];
  return reminder === undefined ? [] : [{ cart, n: last + 1, reminder }];
}
