import { Injectable } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Senders } from '../../senders/directory/senders.service.js';
import { CatalogClient } from '../../whatsapp/catalogs/catalog.client.js';
import { BusinessAccounts } from '../../whatsapp/graph/business-accounts.js';
import { metaRefusal } from '../../whatsapp/graph/meta-refusal.js';

/** A catalog as the organization's sender reaches it at Meta. */
export interface CatalogAtMeta {
  organizationId: string;
  /** null: the default sender. */
  senderId: string | null;
  metaCatalogId: string;
}

/** What creating and deleting a catalog asks of Meta. No call is made inside a transaction. */
@Injectable()
export class CatalogDirectory {
  constructor(
    private readonly client: CatalogClient,
    private readonly senders: Senders,
    private readonly accounts: BusinessAccounts,
  ) {}

  /** Throws `catalog_not_reachable` if Meta does not show this catalog to the sender's token. */
  async verify(catalog: CatalogAtMeta): Promise<void> {
    const token = await this.tokenOf(catalog);
    const answer = await this.client.catalog(token, catalog.metaCatalogId);
    if (answer.outcome === 'ok') return;
    const refusal = metaRefusal(answer, `show the catalog ${catalog.metaCatalogId} to this sender`, token);
    if (refusal.kind !== 'rule') throw refusal;
    throw new DomainError('rule', 'catalog_not_reachable', refusal.message, { cause: refusal });
  }

  /** Takes the catalog off the business account of the sender. */
  async disconnect({ organizationId, senderId, metaCatalogId }: CatalogAtMeta): Promise<void> {
    const { token, businessAccountId } = await this.accounts.ofSender(organizationId, senderId ?? undefined);
    const answer = await this.client.disconnect(token, businessAccountId, metaCatalogId);
    if (answer.outcome !== 'ok') throw metaRefusal(answer, 'disconnect the catalog', token);
  }

  async remove(catalog: CatalogAtMeta): Promise<void> {
    const token = await this.tokenOf(catalog);
    const answer = await this.client.deleteCatalog(token, catalog.metaCatalogId);
    if (answer.outcome !== 'ok') throw metaRefusal(answer, 'delete the catalog', token);
  }

  private async tokenOf({ organizationId, senderId }: CatalogAtMeta): Promise<string> {
    const id = senderId ?? (await this.senders.defaultSender(organizationId)).id;
    return (await this.senders.credentialsOf(organizationId, id)).accessToken;
  }
}
