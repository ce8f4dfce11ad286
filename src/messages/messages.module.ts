import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Conversation } from './conversations/conversation.entity.js';
import { Conversations } from './conversations/conversations.service.js';
import { CustomerWindows } from './conversations/customer-windows.service.js';
import { FrequencyLock } from './judgement/frequency-lock.service.js';
import { InboundEvents } from './inbound/inbound-events.service.js';
import { InboundLog } from './inbound/inbound-log.service.js';
import { MessageLog } from './log/message-log.service.js';
import { Message } from './log/message.entity.js';
import { MessageRetention } from './log/message-retention.service.js';
import { OutboxMessage } from './outbox/outbox-message.entity.js';
import { OutboxAttempts } from './outbox/outbox-attempts.service.js';
import { OutboxClaims } from './outbox/outbox-claims.service.js';
import { OutboxEffects } from './outbox/outbox-effects.service.js';
import { OutboxGuard } from './outbox/outbox-guard.service.js';
import { OutboxOutcomes } from './outbox/outbox-outcomes.service.js';
import { OutboxQuota } from './outbox/outbox-quota.service.js';
import { OutboxReports } from './outbox/outbox-reports.service.js';
import { OutboxRunner } from './outbox/outbox-runner.service.js';
import { OutboxDelivery } from './outbox/outbox-delivery.service.js';
import { JudgedOutbox } from './outbox/judged-outbox.service.js';
import { Outbox } from './outbox/outbox.service.js';
import { OutboxRetention } from './outbox/outbox-retention.service.js';
import { OutboxSender } from './outbox/outbox-sender.service.js';
import { EventsModule } from '../events/events.module.js';
import { AccessModule } from '../access/access.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { LinksModule } from '../links/links.module.js';
import { MessageLinks } from './links/message-links.service.js';
import { DirectMessages } from './direct/direct-messages.service.js';
import { ListedMessages } from './direct/listed-messages.service.js';
import { MessageAddressees } from './direct/message-addressees.service.js';
import { MessageTemplates } from './direct/message-templates.service.js';
import { MessagesController } from './direct/messages.controller.js';
import { MediaModule } from '../media/media.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { WhatsappModule } from '../whatsapp/whatsapp.module.js';
import { SendersModule } from '../senders/senders.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class MessagesModule {
  static readonly for = perRole(
    () => MessagesModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([Message, Conversation, OutboxMessage]),
        WhatsappModule,
        SendersModule.for(role),
        AccessModule.for(role),
        EventsModule.for(role),
        CustomersModule.for(role),
        TemplatesModule.for(role),
        MediaModule.for(role),
        LinksModule.for(role),
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(MessagesController),
      providers: [
        ...inApi(DirectMessages, ListedMessages, MessageAddressees, MessageTemplates),
        Conversations,
        FrequencyLock,
        Outbox,
        OutboxReports,
        InboundEvents,
        InboundLog,
        MessageLog,
        MessageLinks,
        CustomerWindows,
        ...inWorker(
          JudgedOutbox,
          MessageRetention,
          OutboxAttempts,
          OutboxClaims,
          OutboxDelivery,
          OutboxEffects,
          OutboxGuard,
          OutboxOutcomes,
          OutboxQuota,
          OutboxRetention,
          OutboxRunner,
          OutboxSender,
        ),
      ],
      exports: [
        ...[
          Conversations,
          FrequencyLock,
          Outbox,
          OutboxReports,
          InboundLog,
          MessageLog,
          MessageLinks,
          CustomerWindows,
        ],
        ...inWorker(JudgedOutbox),
      ],
    }),
  );
}
