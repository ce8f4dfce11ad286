import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { type BusinessAccount, BusinessAccounts } from '../whatsapp/graph/business-accounts.js';
import { type SenderCredentials, SendersService } from './directory/senders.service.js';
import * as queries from './accounts/senders.queries.js';

/** The business accounts of an organization are those its senders belong to, read with their tokens. */
@Injectable()
export class SenderAccounts extends BusinessAccounts {
  constructor(
    private readonly senders: SendersService,
    private readonly database: Database,
  ) {
    super();
  }

  async of(organizationId: string): Promise<BusinessAccount[]> {
    return this.accounts(organizationId);
  }

  async ofSender(organizationId: string, senderId?: string): Promise<BusinessAccount> {
    const id = senderId ?? (await this.senders.defaultSender(organizationId)).id;
    const credentials = await this.senders.credentialsOf(organizationId, id);
    const account = accountOf(organizationId, credentials);
    if (account !== undefined) return account;
    const detail = `The WhatsApp Business Account of sender ${id} is not known: set its businessAccountId.`;
    throw new DomainError('rule', 'business_account_unknown', detail);
  }

  async all(): Promise<BusinessAccount[]> {
    return this.accounts(null);
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
}

function accountOf(organizationId: string, credentials: SenderCredentials): BusinessAccount | undefined {
  const { businessAccountId, accessToken } = credentials;
  return businessAccountId === null ? undefined : { organizationId, businessAccountId, token: accessToken };
}
