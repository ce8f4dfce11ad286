import { BullModule } from '@nestjs/bullmq';
import { type Processor, Queue, type QueueOptions, Worker, type WorkerOptions } from 'bullmq';
import { QueueTelemetry } from './queue-telemetry.js';

/** From here on Nest makes every queue and worker a traced one, and no module has to know of it. */
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
