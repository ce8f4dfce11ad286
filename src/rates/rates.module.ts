import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { CostRetention } from './cost-retention.service.js';
import { Costs } from './costs.service.js';
import { RateCards } from './rate-cards.service.js';
import { RateCardsController } from './rate-cards.controller.js';

/** Price lists, and what messages cost by them. */
@Module({})
export class RatesModule {
  static readonly for = perRole(
    () => RatesModule,
    ({ inApi, inWorker, role }) => ({
      imports: [AccessModule.for(role), ...inWorker(TimetableModule)],
      controllers: inApi(RateCardsController),
      providers: [RateCards, Costs, ...inWorker(CostRetention)],
      exports: [Costs],
    }),
  );
}
