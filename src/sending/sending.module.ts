import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttemptQuota } from './attempt-quota.service.js';
import { DeliveryReports } from './delivery-reports.service.js';
import { RulingEffects } from './ruling-effects.service.js';
import { Slice } from './slice.entity.js';

/** What both the faces and the workers need of the engine. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Slice])],
  providers: [DeliveryReports, AttemptQuota, RulingEffects],
  exports: [DeliveryReports],
})
export class SendingModule {}
