import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomersModule } from '../customers/customers.module.js';
import { AttemptQuota } from './attempt-quota.service.js';
import { DailyBatcher } from './daily-batcher.service.js';
import { DeliveryReports } from './delivery-reports.service.js';
import { RulingEffects } from './ruling-effects.service.js';
import { Slice } from './slice.entity.js';
import { Slicer } from './slicer.service.js';
import { TestAttempts } from './test-attempts.service.js';
import { TestNumbers } from './test-numbers.service.js';
import { TestSends } from './test-sends.service.js';
import { TestSendsController } from './test-sends.controller.js';

const SERVICES = [Slicer, DailyBatcher, DeliveryReports, AttemptQuota, RulingEffects];

/** What both the faces and the workers need of the engine. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Slice]), CustomersModule],
  providers: [...SERVICES, TestNumbers, TestAttempts, TestSends],
  exports: SERVICES,
})
export class SendingModule {
  static withRoutes(): DynamicModule {
    return { module: SendingModule, controllers: [TestSendsController] };
  }
}
