import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EnvironmentSender } from './environment-sender.service.js';
import { BusinessAccounts } from '../whatsapp/graph/business-accounts.js';
import { PortfolioReach } from './quota/portfolio-reach.entity.js';
import { Portfolio } from './accounts/portfolio.entity.js';
import { SenderPace } from './pace/sender-pace.entity.js';
import { QuotaLedger } from './quota/quota-ledger.service.js';
import { SenderAccounts } from './sender-accounts.service.js';
import { SenderDirectory } from './directory/sender-directory.service.js';
import { SenderPaceService } from './pace/sender-pace.service.js';
import { SenderStates } from './sender-states.service.js';
import { SenderStops } from './health/sender-health.service.js';
import { SenderSync } from './health/sender-sync.service.js';
import { SenderUpdates } from './health/sender-updates.service.js';
import { Sender } from './accounts/sender.entity.js';
import { SendersController } from './api/senders.controller.js';
import { SendersService } from './directory/senders.service.js';

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
