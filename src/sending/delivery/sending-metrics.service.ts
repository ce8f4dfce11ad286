import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { ReportKind } from '../outcomes/delivery-report.js';

@Injectable()
export class SendingMetrics {
  readonly answerSeconds: Histogram;
  private readonly attempts: Counter;

  constructor({ registry }: Metrics) {
    this.attempts = new Counter({
      name: 'drumbeat_send_attempts_total',
      help: 'Sends by what Meta answered',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.answerSeconds = new Histogram({
      name: 'drumbeat_send_answer_seconds',
      help: 'How long Meta takes to answer a send',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    });
  }

  count(outcome: ReportKind): void {
    this.attempts.inc({ outcome });
  }
}
