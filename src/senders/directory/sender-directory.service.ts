import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import * as queries from '../accounts/senders.queries.js';

export interface KnownSender {
  id: string;
  organizationId: string;
  phoneNumberId: string;
  businessAccountId: string | null;
  appSecret: string | null;
}

/** The senders of all organizations: for what comes from Meta, which knows numbers and accounts but none of ours. */
@Injectable()
export class SenderDirectory {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  /** Each once: the numbers of one app share its secret. */
  async appSecrets(): Promise<string[]> {
    const senders = await queries.sealedAppSecrets(this.database.manager);
    return [...new Set(senders.map(({ id, appSecretEncrypted }) => this.open(id, appSecretEncrypted)))];
  }

  /** The senders with one of these numbers, or in one of these accounts. */
  async among(
    db: EntityManager,
    of: { phoneNumberIds: readonly string[]; businessAccountIds: readonly string[] },
  ): Promise<KnownSender[]> {
    const senders = await queries.sendersAmong(db, of);
    return senders.map(({ appSecretEncrypted: sealed, ...sender }) => ({
      ...sender,
      appSecret: sealed === null ? null : this.open(sender.id, sealed),
    }));
  }

  private open(senderId: string, sealed: string): string {
    return this.cipher.decrypt(sealed, `sender:${senderId}:app_secret`);
  }
}
