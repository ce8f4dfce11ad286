import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttemptQuota } from './outcomes/attempt-quota.service.js';
import { DeliveryReports } from './outcomes/delivery-reports.service.js';
import { OutcomeEvents } from './outcomes/outcome-events.service.js';
import { RulingEffects } from './outcomes/ruling-effects.service.js';
import { Slice } from './slices/slice.entity.js';
import { LaneSlicer } from './slices/lane-slicer.service.js';
import { Slicer } from './slices/slicer.service.js';
import { TestAttempts } from './test-sends/test-attempts.service.js';
import { TestNumbers } from './test-sends/test-numbers.service.js';
import { TestSends } from './test-sends/test-sends.service.js';
import { TestTurns } from './test-sends/test-turns.service.js';
import { TestSendsController } from './test-sends/test-sends.controller.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { ClaimFactsReader } from './claims/claim-facts.service.js';
import { ClaimQuota } from './claims/claim-quota.service.js';
import { SliceClaims } from './claims/claims.service.js';
import { RecipientClaims } from './claims/recipient-claims.service.js';
import { SendAttempts } from './delivery/send-attempts.service.js';
import { SliceLeases } from './slices/slice-leases.service.js';
import { SliceReturns } from './slices/slice-returns.service.js';
import { OutcomeRecorder } from './outcomes/outcome-recorder.service.js';
import { OrphanReturns } from './delivery/orphan-returns.service.js';
import { SendContexts } from './delivery/send-context.service.js';
import { SendingMetrics } from './delivery/sending-metrics.service.js';
import { SENDING_QUEUE } from './delivery/sending.jobs.js';
import { SliceDispatcher } from './delivery/slice-dispatcher.service.js';
import { SliceRunner } from './delivery/slice-runner.service.js';
import { SliceProcessor } from './delivery/slice.processor.js';
import { UnconfirmedSlices } from './outcomes/unconfirmed-slices.service.js';
import { Unconfirmed } from './outcomes/unconfirmed.service.js';
import { WhatsappModule } from '../whatsapp/whatsapp.module.js';
import { AccessModule } from '../access/access.module.js';
import { SendersModule } from '../senders/senders.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { MediaModule } from '../media/media.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { EventsModule } from '../events/events.module.js';
import { RecipientsModule } from '../recipients/recipients.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class SendingModule {
  static readonly for = perRole(
    () => SendingModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([Slice]),
        WhatsappModule,
        AccessModule.for(role),
        SendersModule.for(role),
        CustomersModule.for(role),
        MediaModule.for(role),
        MessagesModule.for(role),
        CampaignsModule.for(role),
        EventsModule.for(role),
        RecipientsModule.for(role),
        ...inWorker(TimetableModule, QueueModule.queue(SENDING_QUEUE)),
      ],
      controllers: inApi(TestSendsController),
      providers: [
        LaneSlicer,
        Slicer,
        DeliveryReports,
        AttemptQuota,
        OutcomeEvents,
        RulingEffects,
        TestNumbers,
        TestAttempts,
        TestTurns,
        TestSends,
        ...inWorker(
          SendingMetrics,
          SliceLeases,
          SliceReturns,
          ClaimFactsReader,
          ClaimQuota,
          RecipientClaims,
          SliceClaims,
          SendContexts,
          OutcomeRecorder,
          SendAttempts,
          SliceRunner,
          SliceProcessor,
          SliceDispatcher,
          OrphanReturns,
          UnconfirmedSlices,
          Unconfirmed,
        ),
      ],
      exports: [Slicer, DeliveryReports, RulingEffects],
    }),
  );
}
