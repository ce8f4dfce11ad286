import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Queue } from 'bullmq';
import { Gauge } from 'prom-client';
import { Metrics } from '../metrics/metrics.js';

const STATES = ['waiting', 'active', 'delayed', 'prioritized', 'failed'] as const;

/** Every queue of this process, for those who watch over all of them: readiness and metrics. */
@Injectable()
export class Queues implements OnModuleInit {
  private queues: Queue[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const instances = this.discovery.getProviders().map((provider) => provider.instance as unknown);
    this.queues = instances.filter((instance): instance is Queue => instance instanceof Queue);
    const queues = this.queues;
    new Gauge({
      name: 'drumbeat_queue_jobs',
      help: 'Jobs by queue and state',
      labelNames: ['queue', 'state'],
      registers: [this.metrics.registry],
      async collect() {
        for (const queue of queues) {
          const counts = await queue.getJobCounts(...STATES);
          for (const state of STATES) this.set({ queue: queue.name, state }, counts[state] ?? 0);
        }
      },
    });
  }

  /** Resolves when every queue has answered; rejects when one cannot. */
  async ping(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.getJobCounts('active')));
  }
}
