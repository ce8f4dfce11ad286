import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database, isOutage } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import {
  type FeedEvent,
  type FeedGroup,
  type FeedPage,
  presentPlace,
  readPages,
} from './event-feed.queries.js';
import type { FeedPlace } from './feed-place.js';
import { selects, wantedBy } from './event-kinds.js';
import { EventWants } from './event-wants.service.js';

export type { FeedEvent } from './event-feed.queries.js';

const LOOK_EVERY_MS = 400;
const AT_ONCE = 100;
const HOUR_MS = 60 * 60 * 1_000;
/** A reader that comes back within this time has missed nothing. */
export const RESUMES_WITHIN_MS = 24 * HOUR_MS;
/** Its kinds are written for as long after it has gone: what is left is looked at every hour. */
const WANTED_FOR_MS = RESUMES_WITHIN_MS + 2 * HOUR_MS;

/** Who reads on as events come. */
export interface FeedReader {
  readonly organizationId: string;
  readonly selections: readonly string[];
  /** False: it has not yet taken what it was given, so that nothing piles up. */
  isReady(): boolean;
  take(events: readonly FeedEvent[]): void;
  /** The process stops. */
  close(): void;
}

interface Joined {
  reader: FeedReader;
  kinds: string[];
  place: FeedPlace;
  wantedUntil: Date;
}

/**
 * Events as they are committed, for open streams. One statement reads for all readers of this process, and none runs
 * without readers. Every event comes to a reader once and in order, also to one that comes back to its last place.
 */
@Injectable()
export class EventFeed implements OnModuleDestroy {
  private readonly joined = new Map<FeedReader, Joined>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly wants: EventWants,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Where a reader that joins now begins. */
  async present(): Promise<FeedPlace> {
    return presentPlace(this.database.manager);
  }

  /** Has the kinds written from now on, and reads what comes after the place. */
  async join(reader: FeedReader, place: FeedPlace): Promise<void> {
    // Custom kinds are wanted as one: their names come from callers, and there may be any number.
    const kinds = [...new Set(reader.selections.map(wantedBy))];
    const joined = { reader, kinds, place, wantedUntil: new Date(0) };
    await this.keepWanted(joined);
    this.joined.set(reader, joined);
    if (this.isStopped) reader.close();
    this.lookLater();
  }

  leave(reader: FeedReader): void {
    this.joined.delete(reader);
    if (this.joined.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Open streams would hold up the server, which waits for its last answer before it closes. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    for (const reader of [...this.joined.keys()]) reader.close();
    this.joined.clear();
    clearTimeout(this.timer);
    await this.looking;
  }

  private lookLater(): void {
    if (this.timer !== undefined || this.looking !== undefined || this.joined.size === 0 || this.isStopped)
      return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.looking = this.look()
        .catch((error: unknown) => {
          // A database that is away for a while comes back; until then there is no news.
          if (!isOutage(error))
            this.logger.error({ err: error }, 'could not read events for streams; retrying');
        })
        .finally(() => {
          this.looking = undefined;
          this.lookLater();
        });
    }, LOOK_EVERY_MS);
  }

  private async look(): Promise<void> {
    const horizon = new Date(this.clock.now().getTime() + RESUMES_WITHIN_MS);
    for (const joined of this.joined.values()) {
      if (joined.wantedUntil < horizon) await this.keepWanted(joined);
    }
    let isMore = true;
    while (isMore && !this.isStopped) isMore = await this.readOn();
  }

  /** Whether a page was full, so that there may be more. */
  private async readOn(): Promise<boolean> {
    const ready = [...this.joined.values()].filter(({ reader }) => reader.isReady());
    if (ready.length === 0) return false;
    const groups = groupsOf(ready);
    const pages = await readPages(this.database.manager, groups, AT_ONCE);
    for (const [index, { members }] of groups.entries()) {
      const page = pages[index];
      if (page !== undefined) for (const joined of members) this.deliver(joined, page);
    }
    return pages.some(({ events }) => events.length === AT_ONCE);
  }

  private deliver(joined: Joined, { horizon, events }: FeedPage): void {
    const { reader } = joined;
    if (!this.joined.has(reader)) return;
    const taken = events.filter((event) => reader.selections.some((selection) => selects(selection, event)));
    const last = events.at(-1);
    const isFull = events.length === AT_ONCE && last !== undefined;
    joined.place = isFull ? { xid: last.xid, seq: last.seq } : { xid: horizon, seq: '0' };
    if (taken.length > 0) reader.take(taken);
  }

  private async keepWanted(joined: Joined): Promise<void> {
    const { organizationId } = joined.reader;
    const now = this.clock.now().getTime();
    const expiresAt = new Date(now + WANTED_FOR_MS);
    const renewFrom = new Date(now + RESUMES_WITHIN_MS + HOUR_MS);
    const kinds = [...new Set(joined.kinds.map((kind) => (kind.startsWith('custom.') ? 'custom.*' : kind)))];
    // One source for all streams of an organization: what they want is finite, and outlives each of them.
    const source = { organizationId, source: 'stream' as const, sourceId: organizationId };
    await this.wants.keep(source, kinds, { renewFrom, expiresAt });
    joined.wantedUntil = renewFrom;
  }
}

/** Readers of an organization that have stopped at the same place read the same page. Most have. */
function groupsOf(ready: readonly Joined[]): (FeedGroup & { members: Joined[] })[] {
  const groups = new Map<string, FeedGroup & { members: Joined[] }>();
  for (const joined of ready) {
    const { reader, place, kinds } = joined;
    const key = `${reader.organizationId} ${place.xid} ${place.seq}`;
    const known = groups.get(key) ?? { organizationId: reader.organizationId, place, kinds: [], members: [] };
    groups.set(key, {
      ...known,
      kinds: [...new Set([...known.kinds, ...kinds])],
      members: [...known.members, joined],
    });
  }
  return [...groups.values()];
}
