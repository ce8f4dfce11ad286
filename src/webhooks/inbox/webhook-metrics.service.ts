import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { inboxState } from './webhook-events.queries.js';

@Injectable()
export class WebhookMetrics {
  readonly requests: Counter<'outcome'>;
  readonly groupSize: Histogram;
  readonly events: Counter<'outcome'>;
  readonly items: Counter<'handler'>;
  readonly failedItems: Counter<'handler'>;
  readonly unknownStatuses: Counter;

  constructor({ registry }: Metrics, database: Database, clock: Clock) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'drumbeat_webhook_requests_total',
      help: 'POSTs to the webhook: accepted (stored), refused (bad signature), overloaded, failed (not stored)',
      labelNames: ['outcome'],
      registers,
    });
    this.groupSize = new Histogram({
      name: 'drumbeat_webhook_group_size',
      help: 'Events stored by one statement',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    });
    this.events = new Counter({
      name: 'drumbeat_webhook_events_total',
      help: 'Stored events by outcome: processed, unhandled, retry or failed (parked)',
      labelNames: ['outcome'],
      registers,
    });
    this.items = new Counter({
      name: 'drumbeat_webhook_items_total',
      help: 'Statuses, messages and other items that have taken effect, by handler',
      labelNames: ['handler'],
      registers,
    });
    this.failedItems = new Counter({
      name: 'drumbeat_webhook_item_failures_total',
      help: 'Failed attempts at a single item, by handler',
      labelNames: ['handler'],
      registers,
    });
    this.unknownStatuses = new Counter({
      name: 'drumbeat_webhook_unknown_statuses_total',
      help: 'Statuses of messages that this installation did not send',
      registers,
    });
    new Gauge({
      name: 'drumbeat_webhook_inbox_lag_seconds',
      help: 'Age of the oldest event that has not been processed yet',
      registers,
      async collect() {
        const { oldest } = await inboxState(database.manager);
        this.set(oldest === null ? 0 : Math.max(0, clock.now().getTime() - oldest.getTime()) / 1_000);
      },
    });
    new Gauge({
      name: 'drumbeat_webhook_parked_events',
      help: 'Events that failed on every retry and wait for an operator',
      registers,
      async collect() {
        this.set((await inboxState(database.manager)).parked);
      },
    });
  }
}
