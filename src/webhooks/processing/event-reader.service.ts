import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessBootstrap } from '../../access/keys/access-bootstrap.service.js';
import { SyncRuns } from '../../catalog/sync/sync-runs.service.js';
import { SenderDirectory } from '../../senders/directory/sender-directory.service.js';
import { parseWebhook } from '../../whatsapp/parsing/parse-webhook.js';
import type { ClaimedEvent } from '../inbox/webhook-events.queries.js';
import { WebhookSecrets } from '../inbox/webhook-secrets.service.js';
import { catalogOwner, namedIn, ownerOf, type OwningSender } from './item-owner.js';
import { OpenEvent } from './open-event.js';
import { type AnyItem, itemsOf } from './webhook-items.js';

/** Parses events and finds out which organizations their items belong to. */
@Injectable()
export class EventReader {
  constructor(
    private readonly senders: SenderDirectory,
    private readonly secrets: WebhookSecrets,
    private readonly access: AccessBootstrap,
    private readonly catalogs: SyncRuns,
  ) {}

  /** The operator's organization: it gets the events that belong to no single other one. */
  get operatorsOrganizationId(): string {
    return this.access.defaultOrganizationId;
  }

  async read(tx: EntityManager, claimed: readonly ClaimedEvent[]): Promise<OpenEvent[]> {
    const read = claimed.map((event) => ({ event, webhook: parseWebhook(event.body, event.receivedAt) }));
    const senders = await this.sendersOf(tx, namedIn(read.flatMap(({ webhook }) => itemsOf(webhook))));
    const catalogIds = read.flatMap(({ webhook }) => webhook.catalogs.map(({ catalogId }) => catalogId));
    const catalogs = await this.catalogs.owners(tx, catalogIds);
    const operator = this.secrets.ofOperator;
    return read.map(({ event, webhook }) => {
      const signedBy = { signer: event.signedWith, isOperator: event.signedWith === operator };
      return new OpenEvent(event, webhook, (item: AnyItem) =>
        'catalogId' in item ? catalogOwner(item, catalogs) : ownerOf(item, senders, signedBy),
      );
    });
  }

  private async sendersOf(tx: EntityManager, named: ReturnType<typeof namedIn>): Promise<OwningSender[]> {
    const senders = await this.senders.among(tx, named);
    return senders.map(({ appSecret, ...sender }) => ({
      ...sender,
      signer: appSecret === null ? null : this.secrets.fingerprint(appSecret),
    }));
  }
}
