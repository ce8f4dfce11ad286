import type { ParsedWebhook } from '../../whatsapp/parsing/webhook-events.js';
import type { EventOutcome } from '../inbox/settle-event.js';
import type { Owner } from './item-owner.js';
import {
  type AnyItem,
  isOpen,
  ITEM_KINDS,
  type ItemKind,
  type ItemOf,
  type ItemsByKind,
  itemsOf,
  kindPart,
  type OwnedItem,
  partOf,
} from './webhook-items.js';

/** One item for one handler, and the place to record its failure. */
export interface Work<K extends ItemKind> {
  event: OpenEvent;
  part: string;
  owned: OwnedItem<ItemOf<K>>;
}

const NOT_OURS = 'The number or account is not connected here, or not to the app that signed the event.';

/** A handler as far as an event has to know it. */
interface RefusingHandler<K extends ItemKind> {
  name: string;
  kind: K;
  /** Why it can never apply the item; null: it can. */
  refusal: (item: ItemOf<K>) => string | null;
}

export type OwnerOf = (item: AnyItem) => Owner | undefined;

/** An event while it is processed: what is still to be done, and what has failed. */
export class OpenEvent {
  private readonly failedParts: string[] = [];
  private readonly unhandledParts = new Set<string>();
  private failure: string | null = null;

  private readonly isReadable: boolean;
  private readonly items: ItemsByKind;

  constructor(
    private readonly stored: { id: string; receivedAt: Date; attempts: number; openParts: readonly string[] },
    parsed: ParsedWebhook,
    private readonly ownerOf: OwnerOf,
  ) {
    this.isReadable = parsed.readable;
    this.items = parsed;
  }

  get id(): string {
    return this.stored.id;
  }

  /** How often the event was processed before. */
  get attempts(): number {
    return this.stored.attempts;
  }

  /** What this handler still has to do here. Items without an owner are kept until their number is connected. */
  workFor<K extends ItemKind>(handler: RefusingHandler<K>): Work<K>[] {
    return this.items[handler.kind].flatMap((item, index): Work<K>[] => {
      if (!isOpen(this.stored.openParts, handler, index)) return [];
      const part = partOf(handler.name, index);
      const owner = this.ownerOf(item);
      const refusal = owner === undefined ? NOT_OURS : handler.refusal(item);
      if (owner !== undefined && refusal === null)
        return [
          {
            event: this,
            part,
            owned: { item, webhookEventId: this.id, receivedAt: this.stored.receivedAt, ...owner },
          },
        ];
      this.unhandledParts.add(part);
      this.failure ??= refusal;
      return [];
    });
  }

  fail(part: string, reason: string): void {
    this.failedParts.push(part);
    this.failure = reason;
  }

  outcome(handledKinds: readonly ItemKind[]): EventOutcome {
    const { openParts } = this.stored;
    for (const kind of ITEM_KINDS) {
      const isMissed = this.items[kind].length > 0 && !handledKinds.includes(kind);
      const part = kindPart(kind);
      if (isMissed && (openParts.length === 0 || openParts.includes(part))) this.unhandledParts.add(part);
    }
    return {
      readable: this.isReadable,
      failedParts: this.failedParts,
      unhandledParts: [...this.unhandledParts],
      failure: this.isReadable ? this.failure : 'Not a JSON object with entries.',
    };
  }

  /** The organization that all items belong to. Undefined: unknown, or several, which only the operator may see. */
  get organizationId(): string | undefined {
    const owners = new Set(itemsOf(this.items).map((item) => this.ownerOf(item)?.organizationId ?? null));
    const [organizationId, ...others] = owners;
    return others.length > 0 ? undefined : (organizationId ?? undefined);
  }
}
