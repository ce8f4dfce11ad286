import { BullModule } from '@nestjs/bullmq';
import { type Processor, Queue, type QueueOptions, Worker, type WorkerOptions } from 'bullmq';
import { QueueTelemetry } from './queue-telemetry.js';

/** From here on every queue and worker that Nest creates is traced, without its module knowing. */
export function traceQueues(): void {
  const telemetry = new QueueTelemetry();
  BullModule.queueClass = class extends Queue {
    constructor(name: string, options: QueueOptions) {
      super(name, { ...options, telemetry });
    }
  };
  BullModule.workerClass = class extends Worker {
    constructor(name: string, processor: Processor, options: WorkerOptions) {
      super(name, processor, { ...options, telemetry });
    }
  };
}
