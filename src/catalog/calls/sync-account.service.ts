import { Injectable } from '@nestjs/common';
import { Senders } from '../../senders/directory/senders.service.js';
import { CatalogClient } from '../../whatsapp/catalogs/catalog.client.js';
import { BusinessAccounts } from '../../whatsapp/graph/business-accounts.js';

export interface SyncAccount {
  token: string;
  businessAccountId: string;
  phoneNumberId: string;
  /** Null until the sender has been synchronised. */
  whatsappNumber: string | null;
}

/** The account through which a catalog reaches Meta: that of its sender, or of the default one. */
@Injectable()
export class SyncAccounts {
  constructor(
    private readonly accounts: BusinessAccounts,
    private readonly senders: Senders,
    private readonly client: CatalogClient,
  ) {}

  async of(organizationId: string, senderId: string | null): Promise<SyncAccount> {
    const { token, businessAccountId } = await this.accounts.ofSender(organizationId, senderId ?? undefined);
    const sender =
      senderId === null
        ? await this.senders.defaultSender(organizationId)
        : (await this.senders.get(organizationId, senderId)).sender;
    const { phoneNumberId, displayPhoneNumber } = sender;
    return { token, businessAccountId, phoneNumberId, whatsappNumber: displayPhoneNumber };
  }

  /** Items without a page of their own link to the chat. Null when Meta does not say; such items are not ready then. */
  async numberOf({ whatsappNumber, token, phoneNumberId }: SyncAccount): Promise<string | null> {
    if (whatsappNumber !== null) return whatsappNumber;
    const answer = await this.client.displayNumber(token, phoneNumberId);
    return answer.outcome === 'ok' ? answer.value : null;
  }
}
