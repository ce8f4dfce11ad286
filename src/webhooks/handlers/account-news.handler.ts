import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SenderUpdates } from '../../senders/health/sender-updates.service.js';
import { CampaignStops } from '../../campaigns/stops/campaign-stops.service.js';
import { reasonText } from '../../templates/sync/status-after.js';
import { lossOf } from '../../templates/sync/template-loss.js';
import { type NewsScope, TemplateUpdates } from '../../templates/sync/template-updates.service.js';
import type { TemplateEvent } from '../../whatsapp/parsing/webhook-events.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import type { OwnedItem } from '../processing/webhook-items.js';

type StatusOfTemplate = Extract<TemplateEvent, { kind: 'status' }>;

/** What Meta reports about templates, limits and accounts. These are rare, so they are applied one by one. */
@Injectable()
export class AccountNewsHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly senders: SenderUpdates,
    private readonly templates: TemplateUpdates,
    private readonly campaigns: CampaignStops,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('accounts', 'account-state', async (tx, items) => {
      for (const { item, organizationIds } of items)
        await this.senders.applyAccountUpdate(item, { tx, organizationIds });
    });
    this.webhooks.handles('limits', 'messaging-limit', async (tx, items) => {
      for (const { item, organizationIds } of items)
        await this.senders.applyLimitUpdate(item, { tx, organizationIds });
    });
    this.webhooks.handles('templates', 'template-state', async (tx, items) => {
      for (const owned of items) await this.applyTemplate(tx, owned);
    });
  }

  private async applyTemplate(
    tx: EntityManager,
    { item, organizationIds }: OwnedItem<TemplateEvent>,
  ): Promise<void> {
    const scope = { tx, organizationIds };
    switch (item.kind) {
      case 'status':
        await this.applyStatus(item, scope);
        return;
      case 'quality':
        await this.templates.applyQualityUpdate(item, scope);
        return;
      case 'category':
        await this.templates.applyCategoryUpdate(item, scope);
        return;
      case 'components':
        await this.templates.applyComponentsUpdate(item, scope);
    }
  }

  /** A new approval resumes nothing: an operator decides whether the campaign still makes sense. */
  private async applyStatus(event: StatusOfTemplate, scope: NewsScope): Promise<void> {
    for (const { after, ...template } of await this.templates.applyStatusUpdate(event, scope)) {
      const loss = lossOf(template, after.status, reasonText(event));
      if (loss !== null) await this.campaigns.pauseUsersOf(scope.tx, template, loss);
    }
  }
}
