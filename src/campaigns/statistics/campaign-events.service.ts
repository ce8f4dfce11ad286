import type { Readable } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database, isOutage } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { eventFrames } from './campaign-events-frames.js';
import { Mailbox } from './campaign-events-mailbox.js';
import type { CampaignState } from '../campaign/campaign-state.js';
import type { CampaignCounters } from './campaign-figures.js';
import { findFigures, readCounters } from './campaign-stats.queries.js';

const LOOK_EVERY_MS = 1_000;
const HEARTBEAT_MS = 15_000;
const OVER: readonly CampaignState[] = ['completed', 'cancelled', 'failed'];

/**
 * Live counters. One statement a second reads every watched campaign for all watchers of this process, and none runs
 * without watchers. NOTIFY would make every batch of every sender pay: commits that notify wait for each other across
 * the whole database.
 */
@Injectable()
export class CampaignEvents implements OnModuleDestroy {
  private readonly watched = new Map<string, Set<Mailbox<CampaignCounters>>>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isStopped = false;

  constructor(private readonly database: Database) {}

  /** The counters now, and again whenever they change, until the campaign is over or the reader leaves. */
  async watch(organizationId: string, id: string): Promise<Mailbox<CampaignCounters>> {
    const figures = await findFigures(this.database.manager, organizationId, id);
    if (figures === undefined) throw notFound('campaign', id);
    const mailbox = new Mailbox(isSame, () => {
      this.leave(id, mailbox);
    });
    this.enter(id, mailbox);
    tell(mailbox, figures);
    if (this.isStopped) mailbox.end();
    return mailbox;
  }

  /** The same as the body of a `text/event-stream`. The signal ends it early. */
  async stream(
    organizationId: string,
    id: string,
    show: (counters: CampaignCounters) => object,
    signal?: AbortSignal,
  ): Promise<Readable> {
    const counters = await this.watch(organizationId, id);
    signal?.addEventListener('abort', () => {
      counters.end();
    });
    return eventFrames(counters, { name: 'counters', data: show, heartbeatMs: HEARTBEAT_MS });
  }

  /** Open streams would hold up the server, which waits for its last answer before it closes. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    for (const mailboxes of this.watched.values()) for (const mailbox of mailboxes) mailbox.end();
    await this.looking;
  }

  private enter(id: string, mailbox: Mailbox<CampaignCounters>): void {
    const others = this.watched.get(id);
    if (others === undefined) this.watched.set(id, new Set([mailbox]));
    else others.add(mailbox);
    this.lookLater();
  }

  private leave(id: string, mailbox: Mailbox<CampaignCounters>): void {
    const mailboxes = this.watched.get(id);
    mailboxes?.delete(mailbox);
    if (mailboxes?.size === 0) this.watched.delete(id);
    if (this.watched.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private lookLater(): void {
    if (this.timer !== undefined || this.looking !== undefined || this.watched.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.looking = this.look().finally(() => {
        this.looking = undefined;
        this.lookLater();
      });
    }, LOOK_EVERY_MS);
  }

  private async look(): Promise<void> {
    // A watcher that arrives while the query runs has seen something newer.
    const present = [...this.watched].map(([id, mailboxes]) => ({ id, mailboxes: [...mailboxes] }));
    const ids = present.map(({ id }) => id);
    try {
      const rows = await readCounters(this.database.manager, ids);
      const counters = new Map(rows.map((row) => [row.id, row]));
      for (const { id, mailboxes } of present) {
        for (const mailbox of mailboxes) tell(mailbox, counters.get(id));
      }
    } catch (error) {
      // A database that is away for a while comes back; until then there is no news.
      if (isOutage(error)) return;
      for (const mailbox of present.flatMap(({ mailboxes }) => mailboxes)) mailbox.fail(error);
    }
  }
}

/** A deleted campaign has no counters. */
function tell(mailbox: Mailbox<CampaignCounters>, counters: CampaignCounters | undefined): void {
  if (counters !== undefined) mailbox.put(counters);
  if (counters === undefined || OVER.includes(counters.status)) mailbox.end();
}

function isSame(known: CampaignCounters, counters: CampaignCounters): boolean {
  return (Object.keys(counters) as (keyof CampaignCounters)[]).every(
    (name) => known[name] === counters[name],
  );
}
