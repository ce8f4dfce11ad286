import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { Logger } from '../../platform/logging/logger.js';
import { SliceLeases } from '../slices/slice-leases.service.js';
import { SENDING_QUEUE, type SendSliceJob } from './sending.jobs.js';
import { SliceRunner } from './slice-runner.service.js';

/** Slices this worker sends at the same time; most of that time it waits for Meta's answers. */
const CONCURRENCY = 16;

@Processor(SENDING_QUEUE, { concurrency: CONCURRENCY })
export class SliceProcessor extends WorkerHost {
  constructor(
    private readonly runner: SliceRunner,
    private readonly leases: SliceLeases,
    private readonly logger: Logger,
  ) {
    super();
  }

  async process(job: Job<SendSliceJob>): Promise<void> {
    await this.runner.run(job.data.sliceId);
  }

  @OnWorkerEvent('failed')
  async onFailed(job: Job<SendSliceJob> | undefined, error: Error): Promise<void> {
    const sliceId = job?.data.sliceId;
    this.logger.warn({ err: error, sliceId }, 'slice failed; it will be taken again');
    // Without a database the lease expires on its own.
    if (sliceId !== undefined) await this.leases.release(sliceId).catch(() => undefined);
  }

  /** Without a listener an outage of Redis would end the process instead of being waited out. */
  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error, queue: SENDING_QUEUE }, 'queue error');
  }
}
