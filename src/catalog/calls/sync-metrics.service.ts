import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { itemsByStatus, longestWait } from './sync-metrics.queries.js';

/** Counting a million items takes a while, and every worker is scraped every few seconds. */
const COUNTED_EVERY_MS = 60_000;

@Injectable()
export class SyncMetrics {
  private readonly runs: Counter;
  private readonly calls: Counter;

  constructor(metrics: Metrics, database: Database, clock: Clock) {
    const registers = [metrics.registry];
    let countedAt = -Infinity;
    this.runs = new Counter({
      name: 'drumbeat_sync_runs_total',
      help: 'Sync runs that ended, by how',
      labelNames: ['outcome'],
      registers,
    });
    this.calls = new Counter({
      name: 'drumbeat_sync_calls_total',
      help: 'Calls of sync runs to Meta, by what they do',
      labelNames: ['kind'],
      registers,
    });
    new Gauge({
      name: 'drumbeat_sync_items',
      help: 'Items of catalogs, by their state at Meta',
      labelNames: ['status'],
      registers,
      async collect() {
        if (performance.now() - countedAt < COUNTED_EVERY_MS) return;
        const counts = await itemsByStatus(database.manager);
        countedAt = performance.now();
        this.reset();
        for (const { status, items } of counts) this.set({ status }, items);
      },
    });
    new Gauge({
      name: 'drumbeat_sync_waiting_seconds',
      help: 'Until the last of the sync runs that Meta keeps waiting goes on',
      registers,
      async collect() {
        this.set(await longestWait(database.manager, clock.now()));
      },
    });
  }

  ended(outcome: string): void {
    this.runs.inc({ outcome });
  }

  called(kind: string): void {
    this.calls.inc({ kind });
  }
}
