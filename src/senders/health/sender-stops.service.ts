import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { sealedAs } from '../accounts/sealed-credentials.js';
import { SenderEvents } from '../accounts/sender-events.service.js';
import * as queries from './sender-health.queries.js';

/** What an error from Meta applies to: the number, its business account, or the app whose token sent the message. */
export type StopScope = 'sender' | 'account' | 'app';

/** The stops that errors cause, how far they reach, and their end. */
@Injectable()
export class SenderStops {
  constructor(
    private readonly cipher: Cipher,
    private readonly events: SenderEvents,
    private readonly clock: Clock,
  ) {}

  /** Returns the ids that this call stopped. */
  async pause(
    tx: EntityManager,
    senderId: string,
    { scope, reason, until }: { scope: StopScope; reason: string; until: Date | null },
  ): Promise<string[]> {
    const senderIds = await this.sendersIn(tx, senderId, scope);
    const stopped = await queries.pauseForErrors(tx, senderIds, { reason, until, now: this.clock.now() });
    await this.events.changed(
      tx,
      stopped.map((sender) => ({ ...sender, status: 'active' })),
    );
    return stopped.map(({ id }) => id);
  }

  /** Sorted by id; includes the sender itself. */
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

  /** Returns the ids of those whose pause is over. */
  async resumeDue(tx: EntityManager): Promise<string[]> {
    const resumed = await queries.resumeDue(tx, this.clock.now());
    await this.events.changed(
      tx,
      resumed.map((sender) => ({ ...sender, status: 'paused' })),
    );
    return resumed.map(({ id }) => id);
  }

  /** A token that cannot be decrypted matches no other: one corrupted row must not keep the others from stopping. */
  private tokenOf({ id, accessTokenEncrypted }: queries.StopCandidate): string | undefined {
    try {
      return this.cipher.decrypt(accessTokenEncrypted, sealedAs(id, 'access_token'));
    } catch {
      return undefined;
    }
  }
}
