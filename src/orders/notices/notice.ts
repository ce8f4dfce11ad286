import type { LineRow, OrderRow } from '../order/order-row.js';
import type { NoticeSettings, OrderEvent } from '../settings/commerce-settings.js';

/** Something about an order that its customer should hear. */
export interface Notice {
  order: OrderRow;
  lines: readonly LineRow[];
  event: OrderEvent;
  /** Identifies the reason: told twice, it is sent once. */
  dedupeKey: string;
  /** Of the payment or refund that it is about. */
  amount?: string;
  mayCancel?: boolean;
  /** Instead of the text of the settings: an answer that only this moment needs. */
  text?: string;
  /** Instead of the settings of the event: a reminder has its own. */
  wording?: NoticeSettings;
  /** Where the customer pays. */
  paymentUrl?: string | null;
  /** Meta's parameters of a payment inside WhatsApp, which then is the message. */
  details?: Readonly<Record<string, unknown>>;
  /** The number that sends it while it exists, and the id of its message; missing: as the order says, and a new one. */
  senderId?: string | null;
  messageId?: string;
  /** Said once already: people who want no messages are not reminded. */
  isReminder?: boolean;
  /** Later than this nobody can do what it asks for. */
  worthUntil?: Date;
}

const CANCEL = /^order:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):cancel$/;

export const cancelButtonOf = (orderId: string): string => `order:${orderId}:cancel`;

/** The order that a tapped button asks to cancel. */
export const cancelledBy = (buttonId: string | null): string | undefined => CANCEL.exec(buttonId ?? '')?.[1];

const MOST_REMINDERS = 3;

/** Identifies the n-th reminder of a cart: it goes once. */
export const reminderKey = (cartId: string, n: number): string => `cart:${cartId}:reminder:${n}`;

/** What a request for money writes to the customer. */
export const paymentKey = (orderId: string, attempt: number, what: string): string =>
  `order:${orderId}:payment:${attempt}:${what}`;

export const paymentReminder = (n: number): string => `reminder:${n}`;

export const paymentReminderKeys = (orderId: string, attempt: number): string[] =>
  Array.from({ length: MOST_REMINDERS }, (_, n) => paymentKey(orderId, attempt, paymentReminder(n + 1)));

export const reminderKeys = (cartId: string): string[] =>
  Array.from({ length: MOST_REMINDERS }, (_, n) => reminderKey(cartId, n + 1));
