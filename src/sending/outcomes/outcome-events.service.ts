import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { RecipientDto } from '../../campaigns/api/campaign-recipients.dto.js';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Recipients } from '../../recipients/recipients.service.js';
import { type RecipientNews, recipientNews } from './recipient-news.js';
import type { RecipientProgress } from './recipient-progress.js';

export interface Progressed {
  before: RecipientProgress;
  folded: { recipient: RecipientProgress & { id: string } };
  campaign: { id: string; organizationId: string };
}

type About = RecipientNews & { recipientId: string; organizationId: string; campaignId: string };

/**
 * What became of the messages of campaigns, as events. They concern every message, so that their recipients are read
 * only for events that somebody wants: without a listener this costs a look into a map and no statement.
 */
@Injectable()
export class OutcomeEvents {
  constructor(
    private readonly events: DomainEvents,
    private readonly recipients: Recipients,
  ) {}

  async tell(tx: EntityManager, outcomes: readonly Progressed[]): Promise<void> {
    const news = outcomes.flatMap(({ before, folded: { recipient }, campaign }): About[] => {
      const { id: campaignId, organizationId } = campaign;
      return recipientNews(before, recipient).map((one) => ({
        ...one,
        recipientId: recipient.id,
        organizationId,
        campaignId,
      }));
    });
    await this.record(tx, news);
  }

  /** Recipients of one campaign that were given up at this moment. */
  async failed(
    tx: EntityManager,
    { organizationId, campaignId }: { organizationId: string; campaignId: string },
    recipientIds: readonly string[],
    at: Date,
  ): Promise<void> {
    const kind = 'campaign.message_failed' as const;
    await this.record(
      tx,
      recipientIds.map((recipientId) => ({ kind, at, recipientId, organizationId, campaignId })),
    );
  }

  private async record(tx: EntityManager, news: readonly About[]): Promise<void> {
    const wanted = await this.events.wantedAmong(tx, news);
    if (wanted.length === 0) return;
    const ids = [...new Set(wanted.map(({ recipientId }) => recipientId))];
    const recipients = await this.recipients.shown(tx, ids);
    await this.events.record(
      tx,
      wanted.flatMap(({ kind, at, recipientId, organizationId, campaignId }) => {
        const recipient = recipients.get(recipientId);
        if (recipient === undefined) return [];
        const data = Object.fromEntries(Object.entries(RecipientDto.of(recipient)));
        const { customerId } = recipient;
        return [
          { organizationId, kind, customerId, objectId: recipientId, campaignId, data, occurredAt: at },
        ];
      }),
    );
  }
}
