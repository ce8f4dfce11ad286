import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Conversation } from './conversation.entity.js';
import { ConversationsService } from './conversations.service.js';
import { MessageLog } from './message-log.service.js';
import { Message } from './message.entity.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { Outbox } from './outbox.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Message, Conversation, OutboxMessage])],
  providers: [ConversationsService, Outbox, MessageLog],
  exports: [ConversationsService, Outbox, MessageLog],
})
export class MessagesModule {}
