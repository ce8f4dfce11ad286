import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { countUnknown } from './refunds.queries.js';

@Injectable()
export class RefundMetrics {
  constructor(metrics: Metrics, database: Database) {
    new Gauge({
      name: 'drumbeat_refunds_unknown',
      help: 'Refunds whose answer was lost and that are not settled',
      registers: [metrics.registry],
      async collect() {
        this.set(await countUnknown(database.manager));
      },
    });
  }
}
