/** The events of an order that send the customer a message. */
export const ORDER_EVENTS = [
  'received',
  'confirmed',
  'processing',
  'shipped',
  'completed',
  'cancelled',
  'paid',
  'refunded',
  'paymentFailed',
  'paymentRequest',
] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

export interface NoticeSettings {
  enabled: boolean;
  /** For the open service window. */
  text: string;
  /** For the closed one. */
  templateName: string | null;
  templateLanguage: string | null;
  templateVariables: Record<string, unknown>;
}

export interface ReminderSettings {
  afterMinutes: number;
  text: string | null;
  templateName: string | null;
  templateLanguage: string | null;
  templateVariables: Record<string, unknown>;
}

export const PAYMENT_REQUESTS_ON = ['never', 'received', 'confirmed'] as const;

export interface CommerceSettings {
  autoConfirm: boolean;
  confirmWhenPaid: boolean;
  /** 0: stock is taken at confirmation only; null: a reservation has no end. */
  reservationMinutes: number | null;
  customerMayCancel: boolean;
  attributionHours: number;
  paymentRequestOn: (typeof PAYMENT_REQUESTS_ON)[number];
  paymentExpiresMinutes: number;
  cartAbandonAfterMinutes: number;
  cartExpiresAfterDays: number;
  cartReminders: ReminderSettings[];
  paymentReminders: ReminderSettings[];
  messages: Record<OrderEvent, NoticeSettings>;
}

/** What is stored and sent: only what differs from the defaults. */
export type CommerceSettingsChanges = Partial<Omit<CommerceSettings, 'messages'>> & {
  messages?: Partial<Record<OrderEvent, Partial<NoticeSettings>>>;
};

export const PLACEHOLDERS = [
  'orderNumber',
  'customerName',
  'total',
  'items',
  'status',
  'trackingNumber',
  'amount',
  'paymentUrl',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const notice = (text: string, enabled = true): NoticeSettings => ({
  ...{ enabled, text, templateName: null, templateLanguage: null, templateVariables: {} },
});

export const DEFAULT_SETTINGS: CommerceSettings = {
  autoConfirm: false,
  confirmWhenPaid: true,
  reservationMinutes: 1_440,
  customerMayCancel: false,
  attributionHours: 72,
  paymentRequestOn: 'never',
  paymentExpiresMinutes: 1_440,
  cartAbandonAfterMinutes: 60,
  cartExpiresAfterDays: 7,
  cartReminders: [],
  paymentReminders: [],
  messages: {
    received: notice(
      'Thank you, {{customerName}}. We have your order {{orderNumber}} for {{total}}:\n{{items}}',
    ),
    confirmed: notice('Your order {{orderNumber}} is confirmed. Total: {{total}}.'),
    processing: notice('We are preparing your order {{orderNumber}}.', false),
    shipped: notice('Your order {{orderNumber}} is on its way. Tracking number: {{trackingNumber}}'),
    completed: notice('Your order {{orderNumber}} is complete. Thank you for your purchase.', false),
    cancelled: notice('Your order {{orderNumber}} is cancelled.'),
    paid: notice('Thank you. We have received your payment of {{amount}} for order {{orderNumber}}.'),
    refunded: notice('We have refunded {{amount}} for your order {{orderNumber}}.'),
    paymentFailed: notice('The payment for your order {{orderNumber}} did not go through.', false),
    paymentRequest: notice('Please pay {{amount}} for your order {{orderNumber}}. {{paymentUrl}}'),
  },
};

/** Stored settings over the defaults; of a message, each field by itself. */
export function withDefaults({ messages = {}, ...plain }: CommerceSettingsChanges): CommerceSettings {
  const merged = { ...DEFAULT_SETTINGS, ...plain };
  const told = ORDER_EVENTS.map((event) => [
    event,
    { ...DEFAULT_SETTINGS.messages[event], ...messages[event] },
  ]);
  return { ...merged, messages: Object.fromEntries(told) as CommerceSettings['messages'] };
}

/** A change over what is stored. A field that the change leaves out stays. */
export function changed(
  { messages: known = {}, ...before }: CommerceSettingsChanges,
  { messages = {}, ...plain }: CommerceSettingsChanges,
): CommerceSettingsChanges {
  const told = ORDER_EVENTS.flatMap((event) =>
    known[event] === undefined && messages[event] === undefined
      ? []
      : [[event, { ...known[event], ...messages[event] }]],
  );
  return {
    ...before,
    ...plain,
    messages: Object.fromEntries(told) as CommerceSettingsChanges['messages'] & {},
  };
}

const IN_BRACES = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names in braces that stand for nothing. */
export function unknownPlaceholders(text: string): string[] {
  const names = [...text.matchAll(IN_BRACES)].map(([, name = '']) => name);
  return names.filter((name) => !(PLACEHOLDERS as readonly string[]).includes(name));
}

/** The text with its values. Values are data: braces in them are never expanded. */
export function fillText(text: string, values: Partial<Record<Placeholder, string>>): string {
  return text.replace(IN_BRACES, (_, name: string) =>
    Object.hasOwn(values, name) ? (values[name as Placeholder] ?? '') : '',
  );
}
