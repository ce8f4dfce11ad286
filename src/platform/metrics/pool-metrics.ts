import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { Gauge } from 'prom-client';
import { Database } from '../database/database.js';
import { Metrics } from './metrics.js';

@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, database: Database) {
    new Gauge({
      name: 'drumbeat_database_pool_connections',
      help: 'Connections of this process by state; waiting are requests that found none free',
      labelNames: ['state'],
      registers: [metrics.registry],
      collect() {
        const { master } = database.dataSource.driver as unknown as { master: Pool };
        this.set({ state: 'total' }, master.totalCount);
        this.set({ state: 'idle' }, master.idleCount);
        this.set({ state: 'waiting' }, master.waitingCount);
      },
    });
  }
}
