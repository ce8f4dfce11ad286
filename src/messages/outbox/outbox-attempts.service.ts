import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isDataError } from '../../platform/database/database.js';
import { halveOnFailure } from '../../platform/database/halve-on-failure.js';
import { Logger } from '../../platform/logging/logger.js';
import { asObject, asText } from '../../whatsapp/json/json-fields.js';
import type { NewAttempt } from '../log/message-attempt.js';
import { MessageLog } from '../log/message-log.service.js';
import type { ClaimedMessage } from './claimed-message.js';
import * as queries from './outbox.queries.js';

/** The record of what the outbox sends: written before the attempt is made. */
@Injectable()
export class OutboxAttempts {
  constructor(
    private readonly log: MessageLog,
    private readonly logger: Logger,
  ) {}

  /** Returns the messages that cannot be logged: they are not sent, and hold up no other. */
  async begin(tx: EntityManager, messages: readonly ClaimedMessage[]): Promise<Set<string>> {
    const failed = await halveOnFailure(
      messages,
      // A savepoint: what fails is undone.
      (some) => tx.transaction((inner) => this.log.begin(inner, some.map(attemptOf))),
      (error) => !isDataError(error),
    );
    for (const { item, error } of failed)
      this.logger.error({ err: error, messageId: item.id }, 'a message cannot be logged and is not sent');
    const unsendable = failed.map(({ item }) => item.id);
    await queries.endClaimed(tx, unsendable, 'failed');
    return new Set(unsendable);
  }

  /** Of messages that Meta has refused before, those that a status has contradicted since. They are done. */
  async sentAlready(
    tx: EntityManager,
    messages: readonly { id: string; attempts: number }[],
  ): Promise<ReadonlySet<string>> {
    const again = messages.filter(({ attempts }) => attempts > 0).map(({ id }) => id);
    const sent = again.length === 0 ? [] : await queries.forgetRefused(tx, again);
    await queries.endClaimed(tx, sent, 'done');
    return new Set(sent);
  }
}

function attemptOf(message: ClaimedMessage): NewAttempt {
  const { id, organizationId, senderId, purpose, phoneNumber, whatsappUserId, customerId, payload } = message;
  const type = asText(payload['type']) ?? 'unknown';
  const content = asObject(payload[type]) ?? {};
  return {
    ...{ id, organizationId, senderId, purpose, phoneNumber, whatsappUserId, customerId, type },
    at: message.claimedAt,
    category: message.category,
    templateName: type === 'template' ? (asText(content['name']) ?? null) : null,
    content: { kind: type, ...content },
    contextMessageId: asText(asObject(payload['context'])?.['message_id']) ?? null,
  };
}
