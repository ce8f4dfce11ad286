import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import type { OwnKind } from '../../events/event-kinds.js';
import { Clock } from '../../platform/clock/clock.js';
import * as queries from './sender-events.queries.js';
import type { SenderStatus } from './sender-status.js';

/** A number as it was before its change. */
export interface FormerSender {
  id: string;
  organizationId: string;
  status: SenderStatus;
  /** Undefined: the change does not concern it. */
  qualityRating?: string | null;
}

/** A portfolio's limit before its change. */
export interface FormerLimit {
  id: string;
  organizationId: string;
  messagingLimit: number | null;
  isUnlimited: boolean;
}

const STATUS_KINDS = { paused: 'sender.paused', active: 'sender.resumed' } as const satisfies Record<
  SenderStatus,
  OwnKind
>;

/** What happens to numbers, as events. Called after the change, with what was before; reads only what is wanted. */
@Injectable()
export class SenderEvents {
  constructor(
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  async changed(tx: EntityManager, former: readonly FormerSender[]): Promise<void> {
    const kinds: OwnKind[] = ['sender.paused', 'sender.resumed', 'sender.quality_changed'];
    const watched = former.filter(({ organizationId }) =>
      kinds.some((kind) => this.events.wanted(organizationId, kind)),
    );
    if (watched.length === 0) return;
    const before = new Map(watched.map((one) => [one.id, one]));
    const shown = await queries.shownSenders(tx, { ids: [...before.keys()] });
    await this.events.record(
      tx,
      shown.flatMap((sender) => {
        const was = before.get(sender.id);
        if (was === undefined) return [];
        const { status, qualityRating: rating } = sender;
        const { qualityRating: formerRating = rating } = was;
        return [
          ...(was.status === status ? [] : [this.eventOf(sender, STATUS_KINDS[status], was.status, status)]),
          ...(formerRating === rating
            ? []
            : [this.eventOf(sender, 'sender.quality_changed', formerRating, rating)]),
        ];
      }),
    );
  }

  /** One event for each number of a portfolio whose limit has changed. */
  async limitChanged(tx: EntityManager, former: readonly FormerLimit[]): Promise<void> {
    const kind = 'sender.limit_changed' as const;
    const watched = former.filter(({ organizationId }) => this.events.wanted(organizationId, kind));
    if (watched.length === 0) return;
    const before = new Map(watched.map((one) => [one.id, one]));
    const shown = await queries.shownSenders(tx, { portfolioIds: [...before.keys()] });
    await this.events.record(
      tx,
      shown.flatMap(({ portfolioId, ...sender }) => {
        const was = before.get(portfolioId ?? '');
        if (was === undefined) return [];
        const [from, to] = [limitOf(was), limitOf(sender)];
        return from === to ? [] : [this.eventOf(sender, kind, from, to)];
      }),
    );
  }

  private eventOf(
    sender: queries.ShownSender,
    kind: OwnKind,
    from: string | number | null,
    to: string | number | null,
  ) {
    const { id, organizationId, name, phoneNumberId, displayPhoneNumber, status, statusReason } = sender;
    const { pausedBy, pausedUntil, qualityRating } = sender;
    const data = {
      ...{ id, name, phoneNumberId, displayPhoneNumber, status, statusReason, pausedBy },
      ...{ pausedUntil: pausedUntil?.toISOString() ?? null, qualityRating },
      ...{ messagingLimit: limitOf(sender), from, to },
    };
    return { organizationId, kind, customerId: null, objectId: id, data, occurredAt: this.clock.now() };
  }
}

function limitOf({
  messagingLimit,
  isUnlimited,
}: Pick<FormerLimit, 'messagingLimit' | 'isUnlimited'>): number | 'unlimited' | null {
  return isUnlimited ? 'unlimited' : messagingLimit;
}
