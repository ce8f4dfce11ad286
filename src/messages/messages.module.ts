import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Conversation } from './conversation.entity.js';
import { MessageLog } from './message-log.service.js';
import { Message } from './message.entity.js';
import { OutboxMessage } from './outbox-message.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Message, Conversation, OutboxMessage])],
  providers: [MessageLog],
  exports: [MessageLog],
})
export class MessagesModule {}
