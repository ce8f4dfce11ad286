import { type GraphError } from '../errors/graph-error.js';
import { type JsonObject } from '../json/json-fields.js';

/** Whose business account and number an event is about. */
export interface Origin {
  wabaId: string | null;
  phoneNumberId: string | null;
  displayPhoneNumber: string | null;
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
  at: Date | null;
  context: MessageContext | null;
  /** The click-to-WhatsApp ad the person came from. */
  referral: JsonObject | null;
  content: MessageContent;
  /** Why Meta could not pass all of it on: 131051 a type it does not support, 131052 media it could not fetch. */
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
  value: 'stop' | 'resume';
  detail: string | null;
  at: Date | null;
}

interface AboutTemplate {
  wabaId: string | null;
  templateId: string | null;
  name: string | null;
  /** With an underscore, as the template list has it. */
  language: string | null;
  raw: JsonObject;
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

export interface LimitEvent {
  wabaId: string | null;
  displayPhoneNumber: string | null;
  /** THROUGHPUT_UPGRADE and the like. */
  event: string | null;
  /** People a day; null: not said, or in a form nobody documented. */
  limit: MessagingLimit | null;
  maxPhoneNumbers: number | null;
  raw: JsonObject;
}

export interface AccountEvent {
  wabaId: string | null;
  field: string;
  event: string | null;
  /** block: nothing may be sent (until `until`, if known); lift: it may again; warning: a person should look. */
  effect: 'block' | 'lift' | 'warning' | 'none';
  until: Date | null;
  raw: JsonObject;
}

export interface ErrorEvent extends Origin {
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

/** Something this version cannot read; kept whole, so that a later one can. */
export interface UnknownItem {
  wabaId: string | null;
  where: string;
  raw: unknown;
}

export interface ParsedWebhook {
  /** false: the body is no JSON object with entries. */
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
  unknown: UnknownItem[];
}
