import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from './metrics.js';

@Injectable()
export class RequestMetrics {
  private readonly duration: Histogram<'method' | 'route' | 'status'>;

  private readonly refusals: Counter<'status'>;

  constructor(metrics: Metrics) {
    this.duration = new Histogram({
      name: 'drumbeat_http_request_duration_seconds',
      help: 'Time from request to answer, by route pattern',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [metrics.registry],
    });
    this.refusals = new Counter({
      name: 'drumbeat_http_refused_requests_total',
      help: 'Requests refused for their key, scope, verify token or signature (401, 403) or for too many of them (429)',
      labelNames: ['status'],
      registers: [metrics.registry],
    });
  }

  observe(method: string, route: string, status: number, elapsedMs: number): void {
    this.duration.observe({ method, route, status: String(status) }, elapsedMs / 1_000);
  }

  refused(status: number): void {
    this.refusals.inc({ status: String(status) });
  }
}
