import { WorkerHost } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Queue } from 'bullmq';
import { Gauge } from 'prom-client';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import type { QueueTarget } from './queue-connection.js';

export const QUEUE_TARGET = Symbol('queue target');

const STATES = ['waiting', 'active', 'delayed', 'prioritized', 'failed'] as const;

/** Every queue of this process, for readiness and metrics. */
@Injectable()
export class Queues implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private queues: Queue[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    @Inject(QUEUE_TARGET) private readonly target: QueueTarget,
  ) {}

  onModuleInit(): void {
    this.queues = this.instances().filter((instance): instance is Queue => instance instanceof Queue);
    const queues = this.queues;
    for (const queue of queues) {
      // A queue without a listener prints its whole connection, password included, when the database restarts.
      queue.on('error', (error) => {
        this.logger.warn({ err: error, queue: queue.name }, 'queue error');
      });
    }
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

  /** Comes first: no new job begins, and running jobs finish while everything is still in place. */
  async beforeApplicationShutdown(): Promise<void> {
    const hosts = this.instances().filter(
      (instance): instance is WorkerHost => instance instanceof WorkerHost,
    );
    await Promise.all(hosts.map((host) => host.worker.close()));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.close()));
    await this.target.end();
  }

  private instances(): unknown[] {
    return this.discovery.getProviders().map((provider) => provider.instance as unknown);
  }
}
