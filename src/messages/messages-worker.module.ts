import { Module } from '@nestjs/common';
import { OutboxSender } from './outbox/outbox-sender.service.js';

/** What only workers do: the outbox is emptied here. */
@Module({ providers: [OutboxSender] })
export class MessagesWorkerModule {}
