import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database, isOutage, sqlState } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { outsideRequest } from '../platform/request-context.js';
import * as queries from './event-feed.queries.js';
import type { FeedEvent, FeedGroup, FeedPage } from './event-feed.queries.js';
import type { FeedPlace } from './feed-place.js';
import { selects, wantedBy } from './event-kinds.js';
import { EventWants } from './event-wants.service.js';

export type { FeedEvent } from './event-feed.queries.js';

const LOOK_EVERY_MS = 400;
const AFTER_FAILURE_MS = 2_000;
/** Of one page: a reader that comes back after a day, or takes rare kinds only, goes on in many small ones. */
const PAGE = { scanned: 1_000, events: 100, bytes: 256 * 1_024 };
/** Read by one statement. More of them are read by several, one after the other. */
const GROUPS_AT_ONCE = 25;
/** Far longer than a page takes. What takes longer holds up the streams of all others. */
const READ_WITHIN_MS = 3_000;
/** A reader whose page cannot be read: until then the others go on without it. */
const REST_MS = 10_000;
const QUERY_CANCELED = '57014';
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
  /** Everything up to this place has been taken, or is not for this reader; `at` is when it was the present. */
  moved(place: FeedPlace, at: Date): void;
  /** The process stops. */
  close(): void;
}

interface Joined {
  reader: FeedReader;
  kinds: string[];
  place: FeedPlace;
  wantedUntil: Date;
  /** By the clock of the process. */
  restsUntil: number;
}

type Group = FeedGroup & { members: Joined[] };

/**
 * Events as they are committed, for open streams. One statement reads for many readers of this process, and none runs
 * without readers. A page has an end, so that no reader holds up the others. Every event comes to a reader once and in order, also to one that comes back to its last place.
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
    return queries.presentPlace(this.database.manager);
  }

  /** Whether everything after this place was recorded since then: what a client says about the age proves nothing. */
  async isSince(organizationId: string, place: FeedPlace, since: Date): Promise<boolean> {
    const first = await queries.recordedAfter(this.database.manager, organizationId, place);
    return first === undefined || first >= since;
  }

  /** Has the kinds written from now on, and reads what comes after the place. */
  async join(reader: FeedReader, place: FeedPlace): Promise<void> {
    // Custom kinds are wanted as one: their names come from callers, and there may be any number.
    const kinds = [...new Set(reader.selections.map(wantedBy))];
    const joined = { reader, kinds, place, wantedUntil: new Date(0), restsUntil: 0 };
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

  /** Its transactions are not those of the request that opened a stream. */
  private lookLater(pauseMs = LOOK_EVERY_MS): void {
    if (this.timer !== undefined || this.looking !== undefined || this.joined.size === 0 || this.isStopped)
      return;
    this.timer = outsideRequest(() =>
      setTimeout(() => {
        this.timer = undefined;
        let nextInMs = LOOK_EVERY_MS;
        this.looking = this.look()
          .catch((error: unknown) => {
            nextInMs = AFTER_FAILURE_MS;
            // A database that is away for a while comes back; until then there is no news.
            if (!isOutage(error))
              this.logger.error({ err: error }, 'could not read events for streams; retrying');
          })
          .finally(() => {
            this.looking = undefined;
            this.lookLater(nextInMs);
          });
      }, pauseMs),
    );
  }

  private async look(): Promise<void> {
    const horizon = new Date(this.clock.now().getTime() + RESUMES_WITHIN_MS);
    for (const joined of this.joined.values()) {
      if (joined.wantedUntil < horizon) await this.keepWanted(joined);
    }
    let isMore = true;
    while (isMore && !this.isStopped) isMore = await this.readOn();
  }

  /** Gives each reader its next page. Whether there may be more for one of them. */
  private async readOn(): Promise<boolean> {
    const now = performance.now();
    const ready = [...this.joined.values()].filter(
      ({ reader, restsUntil }) => restsUntil <= now && reader.isReady(),
    );
    const groups = groupsOf(ready);
    let isMore = false;
    for (let at = 0; at < groups.length && !this.isStopped; at += GROUPS_AT_ONCE) {
      isMore = (await this.readSome(groups.slice(at, at + GROUPS_AT_ONCE))) || isMore;
    }
    return isMore;
  }

  /** A group that cannot be read rests; the others are read without it. */
  private async readSome(groups: readonly Group[]): Promise<boolean> {
    let pages: FeedPage[];
    try {
      pages = await this.database.transaction(async (tx) => {
        await queries.limitStatements(tx, READ_WITHIN_MS);
        return queries.readPages(tx, groups, PAGE);
      });
    } catch (error) {
      if (isOutage(error) && sqlState(error) !== QUERY_CANCELED) throw error;
      if (groups.length === 1) {
        for (const joined of groups[0]?.members ?? []) this.rest(joined, error);
        return false;
      }
      let isMore = false;
      for (const group of groups) isMore = (await this.readSome([group])) || isMore;
      return isMore;
    }
    for (const [index, { members }] of groups.entries()) {
      const page = pages[index];
      if (page !== undefined) for (const joined of members) this.deliver(joined, page);
    }
    return pages.some(({ nextAt }) => nextAt !== undefined);
  }

  private rest(joined: Joined, error: unknown): void {
    joined.restsUntil = performance.now() + REST_MS;
    const { organizationId } = joined.reader;
    this.logger.error({ err: error, organizationId }, 'could not read the events of a stream; retrying');
  }

  private deliver(joined: Joined, { events, next, nextAt }: FeedPage): void {
    const { reader } = joined;
    if (!this.joined.has(reader)) return;
    try {
      const taken = events.filter((event) =>
        reader.selections.some((selection) => selects(selection, event)),
      );
      if (taken.length > 0) reader.take(taken);
      joined.place = next;
      reader.moved(next, nextAt ?? this.clock.now());
    } catch (error) {
      this.rest(joined, error);
    }
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
function groupsOf(ready: readonly Joined[]): Group[] {
  const groups = new Map<string, Group>();
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
