import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ITEM_KINDS, type ItemKind, type ItemOf, type OwnedItem } from './webhook-items.js';

/**
 * What one kind of item does to the rest of the system. All items of a batch come in one call, in the order in which
 * they were received, and all effects belong in `tx`: it commits together with the record that they happened. An
 * item may arrive twice, because Meta repeats events, also within one batch: apply what an item says (a rank, a
 * time, an id from Meta), never that one more has arrived. When `apply` throws, its effects are rolled back, and the
 * bad items are isolated and retried separately. What must not happen twice and is not in the database, such as a
 * metric, is left with `afterCommit`: it runs when the whole batch is committed, or never.
 */
export type ApplyItems<K extends ItemKind> = (
  tx: EntityManager,
  items: readonly OwnedItem<ItemOf<K>>[],
  afterCommit: (work: AfterCommit) => void,
) => Promise<void>;

/** Touches no database, and does not fail. */
export type AfterCommit = () => void;

export interface WebhookHandler<K extends ItemKind> {
  /** Stored in the database beside the handler's open items, so it must never change. */
  name: string;
  kind: K;
  apply: ApplyItems<K>;
  /** Why the handler can never apply the item; null: it can. Such an item is kept as unhandled, without retries. */
  refusal: (item: ItemOf<K>) => string | null;
}

type Registry = { [K in ItemKind]: WebhookHandler<K>[] };

/**
 * Which handler takes which kind of item. Handlers register in `onModuleInit`; several may take the same kind. They
 * run in the order of the kinds, and within a kind in the order of registration.
 */
@Injectable()
export class WebhookHandlers {
  private readonly names = new Set<string>();
  private readonly registry: Registry = {
    accounts: [],
    limits: [],
    templates: [],
    identityChanges: [],
    preferences: [],
    messages: [],
    statuses: [],
    errors: [],
    clicks: [],
    calls: [],
    catalogs: [],
    payments: [],
    unknown: [],
  };

  handles<K extends ItemKind>(
    kind: K,
    name: string,
    apply: ApplyItems<K>,
    refusal: WebhookHandler<K>['refusal'] = () => null,
  ): void {
    if (this.names.has(name)) throw new TypeError(`two webhook handlers are named ${name}`);
    this.names.add(name);
    this.registry[kind].push({ name, kind, apply, refusal });
  }

  of<K extends ItemKind>(kind: K): readonly WebhookHandler<K>[] {
    return this.registry[kind];
  }

  /** The kinds that have a handler. */
  kinds(): ItemKind[] {
    return ITEM_KINDS.filter((kind) => this.registry[kind].length > 0);
  }
}
