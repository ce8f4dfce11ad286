import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessBootstrap } from '../../access/keys/access-bootstrap.service.js';
import { Database } from '../../platform/database/database.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { Logger } from '../../platform/logging/logger.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type BusinessAccount, BusinessAccounts } from '../../whatsapp/graph/business-accounts.js';
import { WhatsappSettings } from '../../whatsapp/whatsapp-settings.js';
import { sealedAs } from '../accounts/sealed-credentials.js';
import * as queries from '../accounts/senders.queries.js';
import { type SenderCredentials, Senders } from './senders.service.js';

export interface KnownSender {
  id: string;
  organizationId: string;
  phoneNumberId: string;
  businessAccountId: string | null;
  appSecret: string | null;
}

/**
 * Which senders exist, across all organizations: the one that the environment describes, the business accounts they
 * belong to, and the owners of the numbers and accounts that Meta names.
 */
@Injectable()
export class SenderDirectory extends BusinessAccounts implements OnApplicationBootstrap {
  constructor(
    private readonly senders: Senders,
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly access: AccessBootstrap,
    private readonly whatsapp: WhatsappSettings,
    private readonly logger: Logger,
  ) {
    super();
  }

  /** The sender described by WHATSAPP_* belongs to the first organization and exists from the first start. */
  async onApplicationBootstrap(): Promise<void> {
    const { accessToken, phoneNumberId, businessAccountId, appSecret, metaBusinessId } = this.whatsapp;
    if (accessToken === undefined || phoneNumberId === undefined) return;
    await this.senders.putFromEnvironment(this.access.defaultOrganizationId, {
      name: 'Default sender',
      phoneNumberId,
      accessToken,
      ...(businessAccountId === undefined ? {} : { businessAccountId }),
      ...(appSecret === undefined ? {} : { appSecret }),
      ...(metaBusinessId === undefined ? {} : { metaBusinessId }),
    });
  }

  /** An organization's business accounts are those of its senders, each read with the token of one of them. */
  async of(organizationId: string): Promise<BusinessAccount[]> {
    return this.accounts(organizationId);
  }

  async ofSender(organizationId: string, senderId?: string): Promise<BusinessAccount> {
    const id = senderId ?? (await this.senders.defaultSender(organizationId)).id;
    const credentials = await this.senders.credentialsOf(organizationId, id);
    const account = accountOf(organizationId, credentials);
    if (account !== undefined) return account;
    const detail = `The WhatsApp Business Account of sender ${id} is unknown. Set its businessAccountId.`;
    throw new DomainError('rule', 'business_account_unknown', detail);
  }

  async all(): Promise<BusinessAccount[]> {
    return this.accounts(null);
  }

  /** Each secret once: the numbers of one app share it. */
  async appSecrets(): Promise<string[]> {
    const senders = await queries.sealedAppSecrets(this.database.manager);
    return [
      ...new Set(senders.flatMap(({ id, appSecretEncrypted }) => this.open(id, appSecretEncrypted) ?? [])),
    ];
  }

  /** The verified senders with one of these numbers, or in one of these accounts. */
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

  /** Meta's ids of the numbers, and of their accounts, that have been confirmed since the last time. */
  async takeVerified(tx: EntityManager, settledBefore: Date): Promise<string[]> {
    return queries.takeVerified(tx, settledBefore);
  }

  private async accounts(organizationId: string | null): Promise<BusinessAccount[]> {
    const chosen = await queries.accountSenders(this.database.manager, organizationId);
    const accounts: BusinessAccount[] = [];
    for (const { senderId, organizationId: owner } of chosen) {
      const account = accountOf(owner, await this.senders.credentialsOf(owner, senderId));
      if (account !== undefined) accounts.push(account);
    }
    return accounts;
  }

  /** Null: it cannot be opened. One such sender must not keep the webhooks of all others from being checked. */
  private open(senderId: string, sealed: string): string | null {
    try {
      return this.cipher.decrypt(sealed, sealedAs(senderId, 'app_secret'));
    } catch (error) {
      this.logger.error({ err: error, senderId }, 'could not open the app secret of a sender: set it again');
      return null;
    }
  }
}

function accountOf(organizationId: string, credentials: SenderCredentials): BusinessAccount | undefined {
  const { businessAccountId, accessToken } = credentials;
  return businessAccountId === null ? undefined : { organizationId, businessAccountId, token: accessToken };
}
