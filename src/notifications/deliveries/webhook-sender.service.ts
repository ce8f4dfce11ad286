import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import * as queries from './claims.queries.js';
import { DeliveryResults } from './delivery-results.service.js';
import { TIMEOUT_MS } from './webhook-call.client.js';

const LOOK_MS = 200;
/**
 * In flight, over all workers. An organization has a quarter of what one worker sends, however slow its endpoints are,
 * and those of its endpoints that fail have half of that.
 */
const LIMITS = { each: 5, ofOrganization: 50, toFailing: 25 };
/** In flight from this worker. Endpoints that fail may take half of it, so that they never hold up the others. */
const AT_ONCE = 200;
/** Longer than a call and its note may take. */
const LEASE_MS = TIMEOUT_MS + 10_000;

/**
 * Sends webhooks, in every worker. A delivery is leased before it is sent and noted afterwards: a process that dies in
 * between leaves a lease that ends, and the next attempt carries the same id.
 */
@Injectable()
export class WebhookSender implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private readonly underWay = new Set<Promise<void>>();
  private claiming: Promise<void> | undefined;
  private isWoken = false;

  constructor(
    private readonly database: Database,
    private readonly results: DeliveryResults,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.wake(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not send webhooks; retrying');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** Calls in flight are finished. */
  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
    await this.claiming?.catch(() => undefined);
    await Promise.all(this.underWay);
  }

  /** One look at a time; a wake-up during a look starts another one. */
  private async wake(): Promise<void> {
    this.isWoken = true;
    this.claiming ??= this.look().finally(() => (this.claiming = undefined));
    await this.claiming;
  }

  private async look(): Promise<void> {
    while (this.isWoken && !this.rounds.isStopped) {
      this.isWoken = false;
      const room = AT_ONCE - this.underWay.size;
      if (room < LIMITS.each) return;
      const claimed = await this.database.transaction((tx) => this.claim(tx, room));
      for (const delivery of claimed) this.start(delivery);
    }
  }

  private async claim(tx: EntityManager, room: number): Promise<queries.ClaimedDelivery[]> {
    const now = this.clock.now();
    const limit = Math.floor(room / LIMITS.each);
    const healthy = await queries.lockDueEndpoints(tx, now, { ...LIMITS, limit, isFailing: false });
    // Half of the places stay free of endpoints that fail: their calls may take as long as a call can take.
    const spare = Math.floor((room - AT_ONCE / 2) / LIMITS.each) - healthy.length;
    const failing =
      spare > 0 ? await queries.lockDueEndpoints(tx, now, { ...LIMITS, limit: spare, isFailing: true }) : [];
    const ids = [...healthy, ...failing];
    if (ids.length === 0) return [];
    // A statement of its own: the counts after it see what other workers have claimed before.
    await queries.lockOrganizationsOf(tx, ids);
    return queries.claimDue(tx, ids, { ...LIMITS, now, leaseMs: LEASE_MS });
  }

  private start(delivery: queries.ClaimedDelivery): void {
    const sending = this.results
      .deliver(delivery)
      .catch((error: unknown) => {
        // It stays leased until the lease ends, and is then sent again with the same id.
        this.logger.error(
          { err: error, deliveryId: delivery.id },
          'the result of a webhook could not be noted',
        );
      })
      .finally(() => {
        this.underWay.delete(sending);
        this.wakeLater();
      });
    this.underWay.add(sending);
  }

  /** The place that has become free is for the next one that is due. */
  private wakeLater(): void {
    if (this.rounds.isStopped) return;
    this.wake().catch(() => undefined);
  }
}
