import { Module } from '@nestjs/common';
import { CronModule } from '../platform/cron/cron.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { Claims } from './claims/claims.service.js';
import { DailyRunTimetable } from '../scheduling/daily-run-task.service.js';
import { OutcomeRecorder } from './outcomes/outcome-recorder.service.js';
import { SendContexts } from './delivery/send-context.service.js';
import { SendingMetrics } from './delivery/sending-metrics.service.js';
import { SENDING_QUEUE } from './delivery/sending.jobs.js';
import { SliceDispatcher } from './delivery/slice-dispatcher.service.js';
import { SliceRunner } from './delivery/slice-runner.service.js';
import { SliceProcessor } from './delivery/slice.processor.js';
import { Unconfirmed } from './outcomes/unconfirmed.service.js';

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
