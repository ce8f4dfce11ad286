import { Module } from '@nestjs/common';
import { CronModule } from '../platform/cron/cron.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { Claims } from './claims.service.js';
import { DailyRunTimetable } from './daily-run.service.js';
import { OutcomeRecorder } from './outcome-recorder.service.js';
import { SendContexts } from './send-context.service.js';
import { SendingMetrics } from './sending-metrics.service.js';
import { SENDING_QUEUE } from './sending.jobs.js';
import { SliceDispatcher } from './slice-dispatcher.service.js';
import { SliceRunner } from './slice-runner.service.js';
import { SliceProcessor } from './slice.processor.js';
import { Unconfirmed } from './unconfirmed.service.js';

/** The engine itself; only workers have it. */
@Module({
  imports: [CronModule, QueueModule.queue(SENDING_QUEUE)],
  providers: [
    SendingMetrics,
    Claims,
    SendContexts,
    OutcomeRecorder,
    SliceRunner,
    SliceProcessor,
    SliceDispatcher,
    DailyRunTimetable,
    Unconfirmed,
  ],
})
export class SendingWorkerModule {}
