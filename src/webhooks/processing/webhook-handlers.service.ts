import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ITEM_KINDS, type ItemKind, type ItemOf, type Owned } from './webhook-items.js';

/**
 * What one kind of item does to the rest of the system. All items of a batch come at once, in the order in which
 * they were received, and all effects belong into `tx`: it commits together with the note that they happened. An
 * item may still come twice, because Meta repeats events, also within one batch: apply what an item says (a rank,
 * a time, an id of Meta's), never that one more has come. What `apply` throws is undone, and the bad items are
 * found and tried again by themselves.
 */
export interface WebhookHandler<K extends ItemKind = ItemKind> {
  /** Stands in the database beside what it still has to do: to be changed never. */
  name: string;
  kind: K;
  apply: (tx: EntityManager, items: readonly Owned<ItemOf<K>>[]) => Promise<void>;
}

/**
 * Who takes what. Handlers are registered in `onModuleInit`; several may take the same kind. They work in the order
 * of the kinds, and those of one kind in that of their registration.
 */
@Injectable()
export class WebhookHandlers {
  private readonly handlers: WebhookHandler[] = [];

  register<K extends ItemKind>(handler: WebhookHandler<K>): void {
    if (this.handlers.some(({ name }) => name === handler.name)) {
      throw new TypeError(`two webhook handlers are called ${handler.name}`);
    }
    // Only items of its own kind are ever handed to it, which the type of a mixed list cannot say.
    this.handlers.push(handler as unknown as WebhookHandler);
    this.handlers.sort((a, b) => ITEM_KINDS.indexOf(a.kind) - ITEM_KINDS.indexOf(b.kind));
  }

  all(): readonly WebhookHandler[] {
    return this.handlers;
  }

  kinds(): ItemKind[] {
    return [...new Set(this.handlers.map(({ kind }) => kind))];
  }
}
