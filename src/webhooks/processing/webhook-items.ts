import type {
  AccountEvent,
  CallEvent,
  CatalogEvent,
  ClickEvent,
  ErrorEvent,
  IdentityChange,
  InboundMessage,
  LimitEvent,
  PaymentEvent,
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
  calls: CallEvent;
  catalogs: CatalogEvent;
  payments: PaymentEvent;
  unknown: UnknownItem;
}
export type ItemKind = keyof ItemKinds;
export type ItemOf<K extends ItemKind> = ItemKinds[K];
export type AnyItem = ItemKinds[ItemKind];
/** What a parsed webhook holds of each kind. */
export type ItemsByKind = { readonly [K in ItemKind]: readonly ItemOf<K>[] };

/** The order within a batch: a person's identity comes before their messages, and consent before anything is sent. */
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
  'calls',
  'catalogs',
  'payments',
  'unknown',
];

/** An item and the organizations it belongs to. */
export interface OwnedItem<T> {
  item: T;
  webhookEventId: string;
  receivedAt: Date;
  /** Null: the item is about an account that several organizations share; the list has all of them. */
  organizationId: string | null;
  organizationIds: readonly string[];
  /** Null: the item is about an account, or about a number that is not connected here. */
  senderId: string | null;
}

/** When a person said something. Nobody speaks in the future: a later time than that of arrival is a wrong one. */
export function saidAt({ item, receivedAt }: { item: { at: Date | null }; receivedAt: Date }): Date {
  return item.at === null || item.at > receivedAt ? receivedAt : item.at;
}

/**
 * The names under which an event keeps what has not taken effect: one item for one handler, or all items of a kind
 * without a handler. With these names a retry repeats nothing that is done, and a later version finds the items that
 * it has learned to handle.
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

export function itemsOf(parsed: ItemsByKind): AnyItem[] {
  return ITEM_KINDS.flatMap((kind): readonly AnyItem[] => parsed[kind]);
}
