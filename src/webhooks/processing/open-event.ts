import type { ParsedWebhook } from '../../whatsapp/parsing/webhook-events.js';
import type { Owner } from './item-owner.js';
import type { EventOutcome } from '../inbox/settle-event.js';
import {
  type AnyItem,
  isOpen,
  ITEM_KINDS,
  type ItemKind,
  kindPart,
  type Owned,
  partOf,
} from './webhook-items.js';

/** One item for one handler, and where to note it if it fails. */
export interface Work {
  event: OpenEvent;
  part: string;
  owned: Owned<AnyItem>;
}

export type OwnerOf = (item: AnyItem) => Owner | undefined;

/** An event while it is looked at: what of it is to be done, and what has failed. */
export class OpenEvent {
  private readonly failedParts: string[] = [];
  private readonly unhandledParts = new Set<string>();
  private failure: string | null = null;

  constructor(
    readonly id: string,
    private readonly openParts: readonly string[],
    private readonly parsed: ParsedWebhook,
    private readonly ownerOf: OwnerOf,
  ) {}

  /** What this handler still has to do here. Items that nobody here owns are kept for when somebody does. */
  workFor(handler: { name: string; kind: ItemKind }): Work[] {
    const items: readonly AnyItem[] = this.parsed[handler.kind];
    return items.flatMap((item, index): Work[] => {
      if (!isOpen(this.openParts, handler, index)) return [];
      const part = partOf(handler.name, index);
      const owner = this.ownerOf(item);
      if (owner !== undefined)
        return [{ event: this, part, owned: { item, webhookEventId: this.id, ...owner } }];
      this.unhandledParts.add(part);
      this.failure ??=
        'It is about a number or account that is not connected here, or not to the app that signed.';
      return [];
    });
  }

  fail(part: string, reason: string): void {
    this.failedParts.push(part);
    this.failure = reason;
  }

  outcome(handledKinds: readonly ItemKind[]): EventOutcome {
    for (const kind of ITEM_KINDS) {
      const isMissed = this.parsed[kind].length > 0 && !handledKinds.includes(kind);
      const part = kindPart(kind);
      if (isMissed && (this.openParts.length === 0 || this.openParts.includes(part)))
        this.unhandledParts.add(part);
    }
    return {
      readable: this.parsed.readable,
      failedParts: this.failedParts,
      unhandledParts: [...this.unhandledParts],
      failure: this.parsed.readable ? this.failure : 'It is no JSON object with entries.',
    };
  }

  /** The one organization that all of it is about; what concerns several is for the operator's eyes alone. */
  organizationId(ofOperator: string): string {
    const items = ITEM_KINDS.flatMap((kind): AnyItem[] => this.parsed[kind]);
    const [organizationId, ...others] = new Set(
      items.map((item) => this.ownerOf(item)?.organizationId ?? null),
    );
    return organizationId === undefined || organizationId === null || others.length > 0
      ? ofOperator
      : organizationId;
  }
}
