import { type GraphError } from '../errors/graph-error.js';
import { type JsonObject } from '../json/json-fields.js';
import { type TimedEvent } from './event-order.js';

/** The business account and number an event is about. */
export interface Origin {
  wabaId: string | null;
  phoneNumberId: string | null;
  displayPhoneNumber: string | null;
}

/** What an entry says about everything in it. Management events have no time but this one. */
export interface Entry {
  wabaId: string | null;
  reportedAt: Date | null;
}

/** Either may be missing: a person with a user name hides the phone, older events know no user id. */
export interface Person {
  /** Digits without `+`, in WhatsApp's own form, which may differ from the number we sent to. */
  waId: string | null;
  userId: string | null;
}

export interface Profile {
  name: string | null;
  username: string | null;
}

export const STATUSES = ['sent', 'delivered', 'read', 'played', 'failed'] as const;
export type MessageStatus = (typeof STATUSES)[number];

export interface StatusEvent extends Origin {
  wamid: string;
  status: MessageStatus;
  at: Date | null;
  recipient: Person;
  callbackData: string | null;
  /** Only on `failed`; the first one is the cause. */
  errors: GraphError[];
  pricing: { type: string | null; category: string | null; billable: boolean | null; raw: JsonObject } | null;
  conversation: JsonObject | null;
  raw: JsonObject;
}

/** What became of a payment inside WhatsApp, as far as Meta's webhook may be believed: not at all. */
export interface PaymentEvent extends Origin {
  reference: string;
  status: string | null;
  at: Date | null;
}

export interface OrderLine {
  retailerId: string | null;
  quantity: number | null;
  /** Decimal text in major units, as the person's device showed it: evidence, not a price. */
  itemPrice: string | null;
  currency: string | null;
}

export type MediaKind = 'image' | 'audio' | 'video' | 'document' | 'sticker';

export type MessageContent =
  | { kind: 'text'; body: string }
  /** A quick reply of a template; the template's message is the context. */
  | { kind: 'button'; payload: string | null; text: string | null }
  | { kind: 'button-reply'; id: string | null; title: string | null }
  | { kind: 'list-reply'; id: string | null; title: string | null; description: string | null }
  | { kind: 'flow-reply'; name: string | null; response: unknown }
  | { kind: 'order'; catalogId: string | null; text: string | null; lines: OrderLine[] }
  | {
      kind: 'media';
      media: MediaKind;
      id: string | null;
      mimeType: string | null;
      sha256: string | null;
      caption: string | null;
      filename: string | null;
      url: string | null;
    }
  | {
      kind: 'location';
      latitude: number | null;
      longitude: number | null;
      name: string | null;
      address: string | null;
    }
  | { kind: 'contacts'; contacts: unknown[] }
  | { kind: 'reaction'; messageId: string | null; emoji: string | null }
  | { kind: 'edit' | 'revoke'; originalMessageId: string | null }
  | { kind: 'unsupported'; type: string | null }
  | { kind: 'unknown'; type: string | null };

export interface MessageContext {
  messageId: string | null;
  forwarded: boolean;
  referredProduct: { catalogId: string | null; retailerId: string | null } | null;
}

export interface InboundMessage extends Origin {
  wamid: string;
  from: Person;
  profile: Profile;
  /** The group that it was written to; null: to us alone. */
  groupId: string | null;
  at: Date | null;
  context: MessageContext | null;
  /** The click-to-WhatsApp ad the person came from. */
  referral: JsonObject | null;
  content: MessageContent;
  /**
   * Why Meta could not pass on the whole message: 131051 a type it does not support, 131052 media it could not fetch.
   */
  errors: GraphError[];
  raw: JsonObject;
}

/** A person has a new phone number, or Meta a new id for them. */
export interface IdentityChange extends Origin {
  wamid: string | null;
  kind: 'number' | 'user-id' | 'other';
  before: Person;
  after: Person;
  at: Date | null;
  body: string | null;
}

export interface PreferenceEvent extends Origin {
  person: Person;
  category: string | null;
  /** signup: the person opted in with a form of WhatsApp. */
  value: 'stop' | 'resume' | 'signup';
  detail: string | null;
  signupId: string | null;
  at: Date | null;
}

interface AboutTemplate extends TimedEvent {
  wabaId: string | null;
  templateId: string | null;
  name: string | null;
  /** With an underscore, as the template list has it. */
  language: string | null;
}

export type TemplateEvent = AboutTemplate &
  (
    | {
        kind: 'status';
        event: string;
        reason: string | null;
        category: string | null;
        /** FIRST_PAUSE, SECOND_PAUSE, RATE_LIMITING_PAUSE, UNPAUSE, DISABLED. */
        title: string | null;
        description: string | null;
      }
    | { kind: 'quality'; previous: string | null; current: string }
    /** Announced: `category` still holds and becomes `nextCategory` at `at`. Done: `nextCategory` is null. */
    | {
        kind: 'category';
        category: string | null;
        previousCategory: string | null;
        nextCategory: string | null;
        at: Date | null;
      }
    /** Edited elsewhere: to be read again before the next send. */
    | { kind: 'components' }
  );

export type MessagingLimit = number | 'unlimited';

export interface LimitEvent extends TimedEvent {
  wabaId: string | null;
  displayPhoneNumber: string | null;
  /** THROUGHPUT_UPGRADE and the like. */
  event: string | null;
  /** People a day; null: not given, or in an undocumented form. */
  limit: MessagingLimit | null;
  maxPhoneNumbers: number | null;
}

/** What keeps an account from sending. Each is lifted by its own counterpart only. */
export type BlockCause = 'ban' | 'restriction' | 'offboarding' | 'deletion' | 'review';

export interface AccountEvent extends TimedEvent {
  wabaId: string | null;
  field: string;
  event: string | null;
  /**
   * block: nothing may be sent (until `until`, if known); lift: sending may resume; warning: an operator should look.
   */
  effect: 'block' | 'lift' | 'warning' | 'none';
  /** What is blocked, lifted or about to be blocked; null: a warning about something else. */
  cause: BlockCause | null;
  /** The end of a block, or the date from which a warning comes true. */
  until: Date | null;
}

/** A call that rings or ends. */
export interface CallEvent extends Origin {
  event: string | null;
  isFromPerson: boolean;
  person: Person;
  at: Date | null;
}

export interface ErrorEvent extends Origin {
  reportedAt: Date | null;
  error: GraphError;
}

/** Names neither the person nor the message. */
export interface ClickEvent extends Origin {
  component: string | null;
  clickId: string | null;
  trackingToken: string | null;
  productId: string | null;
  at: Date | null;
}

/** Something was written to a catalog: a batch, by us or another app, or a feed. It does not say which items. */
export interface CatalogEvent {
  /** The event is about a catalog, which no account owns. */
  wabaId: null;
  catalogId: string;
  /** Of the batch; null: a feed. */
  handle: string | null;
}

/** An item this version cannot read; kept whole, so that a later version can. */
export interface UnknownItem {
  wabaId: string | null;
  where: string;
  raw: unknown;
}

export interface ParsedWebhook {
  /** false: the body is not a JSON object with entries. */
  readable: boolean;
  statuses: StatusEvent[];
  messages: InboundMessage[];
  identityChanges: IdentityChange[];
  preferences: PreferenceEvent[];
  templates: TemplateEvent[];
  limits: LimitEvent[];
  accounts: AccountEvent[];
  errors: ErrorEvent[];
  clicks: ClickEvent[];
  calls: CallEvent[];
  catalogs: CatalogEvent[];
  payments: PaymentEvent[];
  unknown: UnknownItem[];
}
