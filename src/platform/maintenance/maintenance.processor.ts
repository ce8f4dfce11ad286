import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { type Job, UnrecoverableError } from 'bullmq';
import { Idempotency } from '../idempotency/idempotency.service.js';
import { Logger } from '../logging/logger.js';
import { MAINTENANCE_QUEUE, PURGE_IDEMPOTENCY_KEYS } from './maintenance.jobs.js';

@Processor(MAINTENANCE_QUEUE)
export class MaintenanceProcessor extends WorkerHost {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly logger: Logger,
  ) {
    super();
  }

  async process(job: Job): Promise<void> {
    if (job.name !== PURGE_IDEMPOTENCY_KEYS) throw new UnrecoverableError(`no such maintenance: ${job.name}`);
    // Keys older than a day serve no purpose, and the answers kept with them may hold personal data.
    const purged = await this.idempotency.purge();
    this.logger.info({ purged }, 'purged idempotency keys');
  }

  /** Without a listener an outage of the queue's database would end the process instead of being waited out. */
  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error, queue: MAINTENANCE_QUEUE }, 'queue error');
  }
}
