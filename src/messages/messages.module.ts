import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ServiceWindows } from '../customers/people/service-windows.js';
import { Conversation } from './conversations/conversation.entity.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { CustomerWindows } from './conversations/customer-windows.service.js';
import { InboundLog } from './inbound/inbound-log.service.js';
import { MessageLog } from './log/message-log.service.js';
import { Message } from './log/message.entity.js';
import { OutboxMessage } from './outbox/outbox-message.entity.js';
import { Outbox } from './outbox/outbox.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Message, Conversation, OutboxMessage])],
  providers: [
    ConversationsService,
    Outbox,
    InboundLog,
    MessageLog,
    { provide: ServiceWindows, useClass: CustomerWindows },
  ],
  exports: [ConversationsService, Outbox, InboundLog, MessageLog, ServiceWindows],
})
export class MessagesModule {}
