import { Injectable } from '@nestjs/common';
import { MessageCalls } from '../../media/message-calls.service.js';
import type { SenderCredentials } from '../../senders/directory/senders.service.js';
import { messageCallbackOf } from '../log/message-callback.js';
import type { ClaimedMessage } from './claimed-message.js';
import { OutboxOutcomes } from './outbox-outcomes.service.js';
import { verdictOn } from './outbox-verdict.js';

/** Takes a claimed message of the outbox to Meta, and its answer to the database. */
@Injectable()
export class OutboxDelivery {
  constructor(
    private readonly calls: MessageCalls,
    private readonly outcomes: OutboxOutcomes,
  ) {}

  async deliver(message: ClaimedMessage, credentials: SenderCredentials): Promise<void> {
    const { id, organizationId, payload, marketingApi } = message;
    const answer = await this.calls.send({
      ...{ organizationId, credentials, marketingApi },
      payload: { ...payload, biz_opaque_callback_data: messageCallbackOf(id) },
    });
    await this.outcomes.record(message, verdictOn(answer));
  }
}
