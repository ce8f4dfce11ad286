import type { Scope } from '../platform/http/route-access.js';

/** Every kind of event that Drumbeat itself writes, with the scope that reading it needs; null: any key reads it. */
const SCOPE_OF_KIND = {
  'customer.created': 'customers:read',
  'customer.updated': 'customers:read',
  'customer.tag_added': 'customers:read',
  'customer.tag_removed': 'customers:read',
  'customer.opted_in': 'customers:read',
  'customer.opted_out': 'customers:read',
  'customer.erased': 'customers:read',
  'import.finished': 'customers:read',
  'message.received': 'customers:read',
  'button.clicked': 'customers:read',
  'link.clicked': 'customers:read',
  'campaign.started': 'campaigns:read',
  'campaign.paused': 'campaigns:read',
  'campaign.resumed': 'campaigns:read',
  'campaign.completed': 'campaigns:read',
  'campaign.cancelled': 'campaigns:read',
  'campaign.message_delivered': 'campaigns:read',
  'campaign.message_read': 'campaigns:read',
  'campaign.message_replied': 'campaigns:read',
  'campaign.message_failed': 'campaigns:read',
  'experiment.decided': 'campaigns:read',
  'experiment.invalid': 'campaigns:read',
  'series.occurrence_created': 'campaigns:read',
  'series.occurrence_skipped': 'campaigns:read',
  'segment.entered': 'customers:read',
  'segment.left': 'customers:read',
  'conversion.recorded': 'campaigns:read',
  'template.status_changed': 'campaigns:read',
  'template.quality_changed': 'campaigns:read',
  'sender.paused': 'campaigns:read',
  'sender.resumed': 'campaigns:read',
  'sender.quality_changed': 'campaigns:read',
  'sender.limit_changed': 'campaigns:read',
  'approval.requested': 'campaigns:read',
  'approval.decided': 'campaigns:read',
  'automation.run_failed': 'campaigns:read',
  'automation.rule_paused': 'campaigns:read',
  'report.ready': 'campaigns:read',
  'notification.created': null,
  'order.created': 'orders:read',
  'order.flagged': 'orders:read',
  'order.status_changed': 'orders:read',
  'order.fulfilled': 'orders:read',
  'payment.captured': 'orders:read',
  'payment.failed': 'orders:read',
  'refund.succeeded': 'orders:read',
  'refund.failed': 'orders:read',
  'cart.abandoned': 'orders:read',
  'cart.converted': 'orders:read',
  'product.rejected': 'catalog:read',
  'product.out_of_stock': 'catalog:read',
  'product.back_in_stock': 'catalog:read',
  'catalog.sync_finished': 'catalog:read',
} as const satisfies Record<string, Scope | null>;

export type OwnKind = keyof typeof SCOPE_OF_KIND;
/** `custom.<name>` comes from `POST /api/events`. */
export type EventKind = OwnKind | `custom.${string}`;

export const OWN_KINDS = Object.keys(SCOPE_OF_KIND) as OwnKind[];
/** The column of the table. */
export const LONGEST_KIND = 40;

const CUSTOM_KIND = /^custom\.[a-z0-9][a-z0-9_.-]{0,32}$/;
const PATTERN = /^[a-z]+\.\*$/;
const CUSTOM_SCOPE: Scope = 'customers:read';

/** Besides that of the kind: files of customers, recipients and products end with the same kind. */
const MORE_SCOPES: Partial<Record<OwnKind, readonly Scope[]>> = {
  'import.finished': ['campaigns:read', 'catalog:read'],
};

interface Alias {
  kind: OwnKind;
  /** Only with such data. */
  field?: string;
  value?: unknown;
  /** Instead of those of the kind. */
  scope?: Scope;
}

const importOf = (importKind: string, scope: Scope): Alias => ({
  ...{ kind: 'import.finished', field: 'importKind', value: importKind, scope },
});

/** Names for the moves of an order that people ask for most, and for the imports that a caller may read. */
const ALIASES: Readonly<Record<string, Alias>> = {
  'import.customers': importOf('customers', 'customers:read'),
  'import.recipients': importOf('recipients', 'campaigns:read'),
  'import.products': importOf('products', 'catalog:read'),
  'order.placed': { kind: 'order.created' },
  /** The data of `payment.captured` says with `paysUp` whether the order is paid in full by it. */
  'order.paid': { kind: 'payment.captured', field: 'paysUp', value: true },
  'order.confirmed': { kind: 'order.status_changed', field: 'to', value: 'confirmed' },
  'order.cancelled': { kind: 'order.status_changed', field: 'to', value: 'cancelled' },
  'order.refunded': { kind: 'order.status_changed', field: 'to', value: 'refunded' },
};

export function isOwnKind(name: string): name is OwnKind {
  return Object.hasOwn(SCOPE_OF_KIND, name);
}

export function isCustomKind(name: string): name is `custom.${string}` {
  return CUSTOM_KIND.test(name);
}

/** What a caller may ask for: a kind, an alias, all kinds of an area (`order.*`), or everything (`*`). */
export function isSelectable(text: string): boolean {
  if (text === '*' || text === 'custom.*' || isOwnKind(text) || isCustomKind(text)) return true;
  if (Object.hasOwn(ALIASES, text)) return true;
  return PATTERN.test(text) && OWN_KINDS.some((kind) => kind.startsWith(text.slice(0, -1)));
}

/** The selection as it is saved: an alias that is only another name gives way to the kind. */
export function resolveAlias(text: string): string {
  const alias = ALIASES[text];
  return alias === undefined || alias.field !== undefined ? text : alias.kind;
}

/** The kind or pattern that has to be written for a selection to see anything. */
export function wantedBy(selection: string): string {
  return ALIASES[selection]?.kind ?? selection;
}

/** Whether a selection takes an event. */
export function selects(
  selection: string,
  { kind, data }: { kind: string; data: Readonly<Record<string, unknown>> },
): boolean {
  if (selection === '*' || selection === kind) return true;
  if (selection.endsWith('.*')) return kind.startsWith(selection.slice(0, -1));
  const alias = ALIASES[selection];
  if (alias?.kind !== kind) return false;
  return alias.field === undefined || data[alias.field] === alias.value;
}

/** The scopes that reading everything a selection takes needs. */
export function scopesOf(selection: string): Scope[] {
  const own = ALIASES[selection]?.scope;
  if (own !== undefined) return [own];
  const kinds = OWN_KINDS.filter((kind) => selects(wantedBy(selection), { kind, data: {} }));
  const scopes = kinds.flatMap((kind): readonly Scope[] => [
    ...(SCOPE_OF_KIND[kind] === null ? [] : [SCOPE_OF_KIND[kind]]),
    ...(MORE_SCOPES[kind] ?? []),
  ]);
  const isCustom = selection === '*' || selection.startsWith('custom.');
  return [...new Set(isCustom ? [...scopes, CUSTOM_SCOPE] : scopes)];
}

/** The same choice for a statement: kinds and patterns, and kinds that count only with such data. */
export interface Selection {
  kinds: string[];
  conditional: { kind: string; data: Record<string, unknown> }[];
}

export function selectionOf(selections: readonly string[]): Selection {
  const conditional = selections.flatMap((selection) => {
    const alias = ALIASES[selection];
    return alias?.field === undefined ? [] : [{ kind: alias.kind, data: { [alias.field]: alias.value } }];
  });
  const kinds = selections.filter((selection) => ALIASES[selection]?.field === undefined).map(resolveAlias);
  return { kinds, conditional };
}
