import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { Draft } from './draft-order.js';
import { ordersNeedingReview } from './order-metrics.queries.js';

@Injectable()
export class OrderMetrics {
  private readonly orders: Counter;
  private readonly flags: Counter;
  private readonly short: Counter;
  private readonly lag: Histogram;

  constructor(
    metrics: Metrics,
    database: Database,
    private readonly clock: Clock,
  ) {
    const registers = [metrics.registry];
    this.orders = new Counter({
      name: 'drumbeat_orders_total',
      help: 'Orders that were made, by where they came from and whether they need a look',
      labelNames: ['source', 'outcome'],
      registers,
    });
    this.flags = new Counter({
      name: 'drumbeat_order_flags_total',
      help: 'Flags that orders were made with',
      labelNames: ['flag'],
      registers,
    });
    this.short = new Counter({
      name: 'drumbeat_stock_short_total',
      help: 'Lines of new orders for which there was not enough in stock',
      registers,
    });
    this.lag = new Histogram({
      name: 'drumbeat_order_lag_seconds',
      help: 'From the message of the customer to the order',
      buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 3_600],
      registers,
    });
    new Gauge({
      name: 'drumbeat_orders_needing_review',
      help: 'Pending orders that a person has to look at',
      registers,
      async collect() {
        this.set(await ordersNeedingReview(database.manager));
      },
    });
  }

  made(drafts: readonly Draft[]): void {
    const now = this.clock.now().getTime();
    for (const { order, lines, incoming } of drafts) {
      const outcome = order.needsReview ? 'review' : order.status;
      this.orders.inc({ source: order.source, outcome });
      for (const flag of order.flags) this.flags.inc({ flag });
      this.short.inc(lines.filter(({ problems }) => problems.includes('stock_short')).length);
      if (incoming.wamid !== null) this.lag.observe(Math.max(0, now - incoming.at.getTime()) / 1_000);
    }
  }
}
