import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import * as queries from './sender-health.queries.js';

/** What an error of Meta's stands for: the number, its business account, or the app whose token it was sent with. */
export type StopScope = 'sender' | 'account' | 'app';

/** Stops numbers whose sends fail for a reason that more sends would only make worse, and lets them go on after. */
@Injectable()
export class SenderStops {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The ids of those that this call has stopped. Without `until` somebody must let them go on. */
  async pause(
    tx: EntityManager,
    senderId: string,
    { scope, reason, until }: { scope: StopScope; reason: string; until: Date | null },
  ): Promise<string[]> {
    const senderIds = await this.sendersIn(tx, senderId, scope);
    return queries.pauseForErrors(tx, senderIds, { reason, until, now: this.clock.now() });
  }

  /** In the order of their ids, the sender itself among them. */
  async sendersIn(tx: EntityManager, senderId: string, scope: StopScope): Promise<string[]> {
    if (scope === 'sender') return [senderId];
    if (scope === 'account') return queries.sendersOfAccount(tx, senderId);
    const sealed = await queries.sealedTokens(tx);
    const tokens = new Map(sealed.map((sender) => [sender.id, this.tokenOf(sender)]));
    const token = tokens.get(senderId);
    return sealed
      .map(({ id }) => id)
      .filter((id) => id === senderId || (token !== undefined && tokens.get(id) === token));
  }

  /** Ends the pauses whose time is over. */
  async resumeDue(): Promise<void> {
    const senderIds = await this.database.transaction((tx) => queries.resumeDue(tx, this.clock.now()));
    if (senderIds.length > 0) this.logger.info({ senderIds }, 'senders go on: their pause is over');
  }

  async useEndpoint(
    tx: EntityManager,
    senderId: string,
    endpoint: 'messages' | 'marketing_messages',
  ): Promise<void> {
    await queries.setMarketingApi(tx, senderId, endpoint === 'marketing_messages', this.clock.now());
  }

  /** A token that does not open is nobody's: one row that was tampered with must not keep the others from stopping. */
  private tokenOf({ id, accessTokenEncrypted }: queries.StopCandidate): string | undefined {
    try {
      return this.cipher.decrypt(accessTokenEncrypted, `sender:${id}:access_token`);
    } catch {
      return undefined;
    }
  }
}
