import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { AccessBootstrap } from '../../access/keys/access-bootstrap.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { SteadyClient } from '../../platform/database/steady-client.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { GroupedWrites, Overloaded } from '../../platform/database/grouped-writes.js';
import { WebhookMetrics } from './webhook-metrics.service.js';

const MEGABYTE = 1_024 * 1_024;
const LIMITS = {
  // One group is on its way to the disk while the next is being written.
  writers: 2,
  maxItems: 500,
  maxBytes: 8 * MEGABYTE,
  maxWaitingItems: 20_000,
  maxWaitingBytes: 32 * MEGABYTE,
};
/** Meta does not wait forever either; whether such a group was stored is unknown, and Meta's repetition is harmless. */
const PATIENCE_MS = 10_000;

// The bodies travel as one binary parameter and are cut apart again: as a list they would be written in hex.
const INSERT = `
  INSERT INTO webhook_events (id, organization_id, received_at, signed_with, body)
  SELECT id, $1, $2, signed_with, substring($3::bytea FROM start FOR size)
    FROM unnest($4::uuid[], $5::text[], $6::int[], $7::int[]) AS event (id, signed_with, start, size)`;

interface NewEvent {
  body: Buffer;
  signedWith: string;
  size: number;
}

/** Where events wait until they are processed. What was accepted is on disk. */
@Injectable()
export class WebhookInbox implements OnApplicationShutdown {
  private readonly pool: pg.Pool;
  private readonly writes: GroupedWrites<NewEvent>;

  constructor(
    private readonly access: AccessBootstrap,
    private readonly clock: Clock,
    private readonly metrics: WebhookMetrics,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    // Its own connections: Meta must not wait behind somebody's report, nor starve the API in a storm.
    this.pool = new pg.Pool({
      connectionString: config.databaseUrl,
      max: LIMITS.writers,
      application_name: 'drumbeat webhooks',
      Client: SteadyClient,
      keepAlive: true,
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
    const sizes = events.map(({ size }) => size);
    let next = 1;
    const values = [
      this.access.defaultOrganizationId,
      this.clock.now(),
      Buffer.concat(events.map(({ body }) => body)),
      events.map(() => uuidV7()),
      events.map(({ signedWith }) => signedWith),
      sizes.map((size) => (next += size) - size),
      sizes,
    ];
    try {
      await this.pool.query(INSERT, values);
    } catch (error) {
      // Once a group: hundreds of requests end by it, and each would say the same.
      this.logger.error({ err: error, events: events.length }, 'webhook events could not be stored');
      throw error;
    }
    this.metrics.groupSize.observe(events.length);
  }
}

function overloaded(): DomainError {
  const detail = 'More events are waiting to be stored than fit into memory. Send this one again later.';
  return new DomainError('unavailable', 'webhook_overloaded', detail, { retryAfterSeconds: 2 });
}

function notStored(cause: unknown): DomainError {
  const detail = 'The event could not be stored right now. Send it again later.';
  return new DomainError('unavailable', 'webhook_not_stored', detail, { retryAfterSeconds: 2, cause });
}
