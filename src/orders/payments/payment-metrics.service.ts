import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from '../../platform/metrics/metrics.js';

@Injectable()
export class PaymentMetrics {
  readonly moved: Counter;
  readonly links: Counter;
  readonly lookups: Histogram;

  constructor(metrics: Metrics) {
    const registers = [metrics.registry];
    this.moved = new Counter({
      name: 'drumbeat_payments_total',
      help: 'Payments that reached a state, by provider',
      labelNames: ['provider', 'state'],
      registers,
    });
    this.links = new Counter({
      name: 'drumbeat_payment_links_total',
      help: 'Calls for a payment link, by provider and by what came of them',
      labelNames: ['provider', 'outcome'],
      registers,
    });
    this.lookups = new Histogram({
      name: 'drumbeat_payment_lookup_seconds',
      help: 'How long gateways take to say what became of a payment',
      labelNames: ['provider'],
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
      registers,
    });
  }
}
