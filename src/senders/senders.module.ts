import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EnvironmentSender } from './environment-sender.service.js';
import { BusinessAccounts } from '../whatsapp/graph/business-accounts.js';
import { PortfolioReach } from './portfolio-reach.entity.js';
import { Portfolio } from './portfolio.entity.js';
import { SenderPace } from './sender-pace.entity.js';
import { QuotaLedger } from './quota-ledger.service.js';
import { SenderAccounts } from './sender-accounts.service.js';
import { SenderDirectory } from './sender-directory.service.js';
import { SenderPaceService } from './sender-pace.service.js';
import { SenderStates } from './sender-states.service.js';
import { SenderStops } from './sender-stops.service.js';
import { SenderSync } from './sender-sync.service.js';
import { SenderUpdates } from './sender-updates.service.js';
import { Sender } from './sender.entity.js';
import { SendersController } from './senders.controller.js';
import { SendersService } from './senders.service.js';

/** Global, so that features beside this one get the accounts without knowing the senders. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Sender, Portfolio, PortfolioReach, SenderPace])],
  providers: [
    SendersService,
    SenderSync,
    SenderDirectory,
    SenderUpdates,
    EnvironmentSender,
    QuotaLedger,
    SenderPaceService,
    SenderStops,
    SenderStates,
    { provide: BusinessAccounts, useClass: SenderAccounts },
  ],
  exports: [
    SendersService,
    SenderUpdates,
    SenderDirectory,
    BusinessAccounts,
    QuotaLedger,
    SenderPaceService,
    SenderStops,
  ],
})
export class SendersModule {
  static withRoutes(): DynamicModule {
    return { module: SendersModule, controllers: [SendersController] };
  }
}
