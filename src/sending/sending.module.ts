import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttemptQuota } from './attempt-quota.service.js';
import { DailyBatcher } from './daily-batcher.service.js';
import { DeliveryReports } from './delivery-reports.service.js';
import { RulingEffects } from './ruling-effects.service.js';
import { Slice } from './slice.entity.js';
import { Slicer } from './slicer.service.js';

const SERVICES = [Slicer, DailyBatcher, DeliveryReports, AttemptQuota, RulingEffects];

/** What both the faces and the workers need of the engine. */
@Global()
@Module({ imports: [TypeOrmModule.forFeature([Slice])], providers: SERVICES, exports: SERVICES })
export class SendingModule {}
