import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { SENDING_QUEUE, type SendSliceJob } from './sending.jobs.js';
import { SliceRunner } from './slice-runner.service.js';

/** Slices this worker is busy with at the same time; most of it is waiting for Meta's answers. */
const CONCURRENCY = 16;

@Processor(SENDING_QUEUE, { concurrency: CONCURRENCY })
export class SliceProcessor extends WorkerHost {
  constructor(
    private readonly runner: SliceRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async process(job: Job<SendSliceJob>): Promise<void> {
    await this.runner.run(job.data.sliceId);
  }

  @OnWorkerEvent('failed')
  async onFailed(job: Job<SendSliceJob> | undefined, error: Error): Promise<void> {
    const sliceId = job?.data.sliceId;
    this.logger.warn({ err: error, sliceId }, 'a slice was not finished; it is taken again');
    // Without a database its lease runs out all the same.
    if (sliceId !== undefined) await this.runner.release(sliceId).catch(() => undefined);
  }

  /** Without a listener an outage of the queue's database would end the process instead of being waited out. */
  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error, queue: SENDING_QUEUE }, 'the queue has trouble');
  }
}
