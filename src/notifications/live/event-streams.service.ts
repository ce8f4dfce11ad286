import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { EventFeed, type FeedEvent, RESUMES_WITHIN_MS } from '../../events/event-feed.service.js';
import type { FeedPlace } from '../../events/feed-place.js';
import { scopesOf } from '../../events/event-kinds.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Principal } from '../../platform/http/principal.js';
import { assertScope, covers } from '../../platform/http/route-access.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { bodyOf } from '../deliveries/webhook-message.js';
import { EventStream } from './event-stream.js';
import { idOf, placeIn } from './resume-place.js';
import { selectionsOf, unknownWords } from './stream-topics.js';

export interface StreamRequest {
  topics: readonly string[];
  kinds: readonly string[];
  lastEventId: string | undefined;
}

/** Open streams of an organization's events: each resumes after the last event that its client names. */
@Injectable()
export class EventStreams {
  constructor(
    private readonly feed: EventFeed,
    private readonly clock: Clock,
  ) {}

  /** What the caller may read of what it asks for. */
  selectionsFor(caller: Principal, asked: Pick<StreamRequest, 'topics' | 'kinds'>): string[] {
    const errors = unknownWords(asked).map(({ field, word }) => ({
      field,
      message: `${word.slice(0, 60)} is not known: docs/events.md lists what there is`,
    }));
    if (errors.length > 0) throw invalidFields(errors);
    const selections = selectionsOf(asked, (scope) => covers(caller.scopes, scope));
    if (selections.length === 0) {
      const detail = 'None of the topics can be read with the scopes of this caller.';
      throw new DomainError('forbidden', 'scope_missing', detail);
    }
    for (const selection of selections) {
      for (const scope of scopesOf(selection))
        assertScope(caller, scope, `events of the kind ${selection} carry such data.`);
    }
    return selections;
  }

  /** The signal ends it for good. */
  async open(
    organizationId: string,
    selections: readonly string[],
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): Promise<Readable> {
    const now = this.clock.now();
    const present = await this.feed.present();
    const resumed = await this.resumedAt(organizationId, lastEventId, present, now);
    const stream = new EventStream(() => {
      this.feed.leave(reader);
    });
    const reader = {
      organizationId,
      selections,
      isReady: () => stream.isReady,
      take: (events: readonly FeedEvent[]) => {
        for (const event of events) stream.send({ id: idOf(event, event.recordedAt), data: bodyOf(event) });
      },
      moved: (to: FeedPlace, at: Date) => {
        stream.moved(idOf(to, at));
      },
      close: () => {
        stream.close();
      },
    };
    signal.addEventListener('abort', () => {
      stream.finish();
    });
    const isGap = lastEventId !== undefined && resumed === undefined;
    // What the client knows may be old: it reads its lists again.
    if (isGap) stream.send({ name: 'gap', data: {} });
    const place = resumed ?? { ...present, at: now };
    stream.send({ id: idOf(place, place.at), name: 'ready', data: { now: now.toISOString() } });
    await this.feed.join(reader, place);
    // Revoked, or left, while it was joining.
    if (stream.isGone) this.feed.leave(reader);
    return stream;
  }

  /** Undefined: the client names nothing, or something from which it cannot go on. */
  private async resumedAt(
    organizationId: string,
    id: string | undefined,
    present: FeedPlace,
    now: Date,
  ): Promise<(FeedPlace & { at: Date }) | undefined> {
    const known = id === undefined ? undefined : placeIn(id);
    const oldest = new Date(now.getTime() - RESUMES_WITHIN_MS);
    if (known === undefined || known.at < oldest) return undefined;
    // A place of the future is that of another database, restored from a copy.
    if (BigInt(known.place.xid) > BigInt(present.xid) + MOST_OPEN) return undefined;
    return (await this.feed.isSince(organizationId, known.place, oldest))
      ? { ...known.place, at: known.at }
      : undefined;
  }
}

/** Transactions that may have begun between the look at the present and the last event that a client has seen. */
const MOST_OPEN = 1_000_000n;
