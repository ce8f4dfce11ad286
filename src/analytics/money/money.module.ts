import { Module } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { ConversionsModule } from '../../conversions/conversions.module.js';
import { perRole } from '../../platform/wiring/per-role.js';
import { RatesModule } from '../../rates/rates.module.js';
import { MoneyController } from './money.controller.js';
import { Money } from './money.service.js';

/** Revenue and cost over all campaigns. */
@Module({})
export class MoneyModule {
  static readonly for = perRole(
    () => MoneyModule,
    ({ inApi, role }) => ({
      imports: [AccessModule.for(role), ConversionsModule.for(role), RatesModule.for(role)],
      controllers: inApi(MoneyController),
      providers: inApi(Money),
    }),
  );
}
