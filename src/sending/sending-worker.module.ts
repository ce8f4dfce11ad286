import { Module } from '@nestjs/common';
import { CronModule } from '../platform/cron/cron.module.js';

/** The engine itself; only workers have it. */
@Module({ imports: [CronModule] })
export class SendingWorkerModule {}
