import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomersModule } from '../customers/customers.module.js';
import { AttemptQuota } from './outcomes/attempt-quota.service.js';
import { DailyBatcher } from '../scheduling/daily-batcher.service.js';
import { DeliveryReports } from './outcomes/delivery-reports.service.js';
import { RulingEffects } from './outcomes/ruling-effects.service.js';
import { Slice } from './slices/slice.entity.js';
import { Slicer } from './slices/slicer.service.js';
import { TestAttempts } from './test-sends/test-attempts.service.js';
import { TestNumbers } from './test-sends/test-numbers.service.js';
import { TestSends } from './test-sends/test-sends.service.js';
import { TestSendsController } from './test-sends/test-sends.controller.js';

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
