import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { AccessBootstrap } from '../../access/keys/access-bootstrap.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { connectionSettings } from '../../platform/database/connection-settings.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Logger } from '../../platform/logging/logger.js';
import { GroupedWrites, Overloaded } from '../../platform/database/grouped-writes.js';
import { insertEvents, type NewEvent } from './webhook-inbox.queries.js';
import { WebhookMetrics } from './webhook-metrics.service.js';

const MEGABYTE = 1_024 * 1_024;
const LIMITS = {
  // One group is being flushed to disk while the next is being written.
  writers: 2,
  maxItems: 500,
  maxBytes: 8 * MEGABYTE,
  maxWaitingItems: 20_000,
  maxWaitingBytes: 32 * MEGABYTE,
};
/** Meta does not wait forever either. Whether such a group was stored is unknown; Meta's retry is harmless. */
const PATIENCE_MS = 10_000;

/** Where events wait until they are processed. An accepted event is on disk. */
@Injectable()
export class WebhookInbox implements OnApplicationShutdown {
  private readonly pool: pg.Pool;
  private readonly writes: GroupedWrites<NewEvent>;

  constructor(
    private readonly access: AccessBootstrap,
    private readonly clock: Clock,
    private readonly metrics: WebhookMetrics,
    config: Config,
    private readonly logger: Logger,
  ) {
    // Its own connections: Meta must not wait behind a slow report, nor starve the API in a storm.
    this.pool = new pg.Pool({
      connectionString: config.databaseUrl,
      max: LIMITS.writers,
      application_name: 'drumbeat webhooks',
      ...connectionSettings({
        statementMs: PATIENCE_MS,
        lockMs: PATIENCE_MS,
        idleInTransactionMs: PATIENCE_MS,
        silentMs: null,
      }),
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    });
    this.pool.on('error', () => undefined);
    this.writes = new GroupedWrites((events) => this.insert(events), LIMITS);
  }

  /** Resolves when the event is stored durably. */
  async accept(body: Buffer, signedWith: string): Promise<void> {
    try {
      await this.writes.add({ body, signedWith, size: body.length });
      this.metrics.requests.inc({ outcome: 'accepted' });
    } catch (error) {
      const isOverloaded = error instanceof Overloaded;
      this.metrics.requests.inc({ outcome: isOverloaded ? 'overloaded' : 'failed' });
      throw isOverloaded ? overloaded() : notStored(error);
    }
  }

  /** After the last request was answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  private async insert(events: NewEvent[]): Promise<void> {
    const group = { organizationId: this.access.defaultOrganizationId, receivedAt: this.clock.now() };
    try {
      await insertEvents(this.pool, group, events);
    } catch (error) {
      // Logged once per group: hundreds of requests fail with it, and each would log the same.
      this.logger.error({ err: error, events: events.length }, 'could not store webhook events');
      throw error;
    }
    this.metrics.groupSize.observe(events.length);
  }
}

function overloaded(): DomainError {
  const detail = 'Too many events are waiting to be stored. Retry later.';
  return new DomainError('unavailable', 'webhook_overloaded', detail, { retryAfterSeconds: 2 });
}

function notStored(cause: unknown): DomainError {
  const detail = 'The event could not be stored. Retry later.';
  return new DomainError('unavailable', 'webhook_not_stored', detail, { retryAfterSeconds: 2, cause });
}
