import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { Logger } from '../../platform/logging/logger.js';
import { sealedAs } from '../endpoints/endpoint-secret.js';
import { EndpointFailures } from './endpoint-failures.service.js';
import * as queries from './claims.queries.js';
import { nextAttemptAt } from './retry-schedule.js';
import { type CallResult, WebhookCall } from './webhook-call.client.js';
import { textOf } from './webhook-message.js';

/** Makes one attempt and notes what became of it. */
@Injectable()
export class DeliveryResults {
  constructor(
    private readonly database: Database,
    private readonly call: WebhookCall,
    private readonly failures: EndpointFailures,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async deliver(delivery: queries.ClaimedDelivery): Promise<void> {
    const result = await this.attempt(delivery);
    await this.database.transaction((tx) => this.note(tx, delivery, result));
  }

  /** A webhook that cannot be made is a failed attempt: without a result it would be claimed again for ever. */
  private async attempt(delivery: queries.ClaimedDelivery): Promise<CallResult> {
    const { id, url, messageId, body } = delivery;
    try {
      return await this.call.send(url, this.secretsOf(delivery), messageId, textOf(body));
    } catch (error) {
      this.logger.error({ err: error, deliveryId: id }, 'a webhook could not be made');
      return { status: null, error: 'The webhook could not be made.', response: null, durationMs: 0 };
    }
  }

  private async note(
    tx: EntityManager,
    delivery: queries.ClaimedDelivery,
    result: CallResult,
  ): Promise<void> {
    const now = this.clock.now();
    const { id, attempts, endpointId } = delivery;
    const isDelivered = result.error === null;
    const next = isDelivered ? null : nextAttemptAt(attempts, now, Math.random());
    const state = isDelivered ? 'delivered' : next === null ? 'failed' : 'pending';
    await queries.noteAttempt(tx, { id, attempts, state, dueAt: next ?? now, ...result }, now);
    if (isDelivered) await queries.noteSuccess(tx, endpointId);
    else await this.failures.note(tx, delivery, result, now);
  }

  private secretsOf(delivery: queries.ClaimedDelivery): string[] {
    const { endpointId, secretEncrypted, previousSecretEncrypted } = delivery;
    const sealed = [secretEncrypted, ...(previousSecretEncrypted === null ? [] : [previousSecretEncrypted])];
    return sealed.map((secret) => this.cipher.decrypt(secret, sealedAs(endpointId)));
  }
}
