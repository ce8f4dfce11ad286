import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PortfolioReach } from './quota/portfolio-reach.entity.js';
import { Portfolio } from './accounts/portfolio.entity.js';
import { SenderPace } from './pace/sender-pace.entity.js';
import { QuotaLedger } from './quota/quota-ledger.service.js';
import { NumberProof } from './directory/number-proof.service.js';
import { SenderDirectory } from './directory/sender-directory.service.js';
import { SenderPacing } from './pace/sender-pace.service.js';
import { SenderEvents } from './accounts/sender-events.service.js';
import { SenderSwitch } from './directory/sender-switch.service.js';
import { SenderStops } from './health/sender-stops.service.js';
import { EventsModule } from '../events/events.module.js';
import { SenderHealth } from './health/sender-health.service.js';
import { SenderSync } from './health/sender-sync.service.js';
import { SenderVerification } from './health/sender-verification.service.js';
import { SenderUpdates } from './health/sender-updates.service.js';
import { Sender } from './accounts/sender.entity.js';
import { SendersController } from './api/senders.controller.js';
import { SenderRemoval } from './directory/sender-removal.service.js';
import { NumberStates } from './health/number-states.service.js';
import { Senders } from './directory/senders.service.js';
import { QuotaTransfer } from './quota/quota-transfer.service.js';
import { QuotaUpkeep } from './quota/quota-upkeep.service.js';
import { WhatsappModule } from '../whatsapp/whatsapp.module.js';
import { AccessModule } from '../access/access.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class SendersModule {
  static readonly for = perRole(
    () => SendersModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([Sender, Portfolio, PortfolioReach, SenderPace]),
        WhatsappModule,
        AccessModule.for(role),
        EventsModule.for(role),
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(SendersController),
      providers: [
        SenderEvents,
        SenderSwitch,
        SenderStops,
        NumberProof,
        Senders,
        ...inApi(SenderRemoval),
        SenderVerification,
        NumberStates,
        SenderSync,
        SenderDirectory,
        SenderUpdates,
        QuotaLedger,
        QuotaTransfer,
        SenderPacing,
        SenderHealth,
        ...inWorker(QuotaUpkeep),
      ],
      exports: [Senders, SenderUpdates, SenderDirectory, QuotaLedger, SenderPacing, SenderHealth],
    }),
  );
}
