import { Module } from '@nestjs/common';
import { CronModule } from '../platform/cron/cron.module.js';
import { QuotaUpkeep } from './quota/quota-upkeep.service.js';
import { SenderRecovery } from './sender-recovery.service.js';

/** What senders need done by themselves; only workers have it. */
@Module({ imports: [CronModule], providers: [SenderRecovery, QuotaUpkeep] })
export class SendersWorkerModule {}
