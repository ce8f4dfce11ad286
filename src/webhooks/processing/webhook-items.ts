import type {
  AccountEvent,
  ClickEvent,
  ErrorEvent,
  IdentityChange,
  InboundMessage,
  LimitEvent,
  ParsedWebhook,
  PreferenceEvent,
  StatusEvent,
  TemplateEvent,
  UnknownItem,
} from '../../whatsapp/parsing/webhook-events.js';

export interface ItemKinds {
  statuses: StatusEvent;
  messages: InboundMessage;
  identityChanges: IdentityChange;
  preferences: PreferenceEvent;
  templates: TemplateEvent;
  limits: LimitEvent;
  accounts: AccountEvent;
  errors: ErrorEvent;
  clicks: ClickEvent;
  unknown: UnknownItem;
}
export type ItemKind = keyof ItemKinds;
export type ItemOf<K extends ItemKind> = ItemKinds[K];
export type AnyItem = ItemKinds[ItemKind];

/** Within one batch: who somebody is must be known before what they wrote, and consent before anything is sent. */
export const ITEM_KINDS: readonly ItemKind[] = [
  'accounts',
  'limits',
  'templates',
  'identityChanges',
  'preferences',
  'messages',
  'statuses',
  'errors',
  'clicks',
  'unknown',
];

/** An item with whose it is. */
export interface Owned<T> {
  item: T;
  webhookEventId: string;
  /** null: it is about an account that several organizations share, which are all in the list. */
  organizationId: string | null;
  organizationIds: readonly string[];
  /** null: it is about an account, or about a number that is not connected here. */
  senderId: string | null;
}

/**
 * Where an event holds what has not taken effect: one item for one handler, or all items of a kind that nobody
 * handles yet. With these, a retry repeats nothing that is done, and a later version finds what it has learned.
 */
export const partOf = (handler: string, index: number): string => `${handler}#${index}`;
export const kindPart = (kind: ItemKind): string => `kind:${kind}`;

export function isOpen(
  openParts: readonly string[],
  handler: { name: string; kind: ItemKind },
  index: number,
): boolean {
  if (openParts.length === 0) return true;
  return openParts.includes(partOf(handler.name, index)) || openParts.includes(kindPart(handler.kind));
}

export function itemsOf(parsed: ParsedWebhook): AnyItem[] {
  return ITEM_KINDS.flatMap((kind): AnyItem[] => parsed[kind]);
}
