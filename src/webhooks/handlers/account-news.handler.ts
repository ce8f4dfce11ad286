import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SenderUpdates } from '../../senders/health/sender-updates.service.js';
import { TemplateCampaigns } from '../../campaigns/template-campaigns.service.js';
import { reasonText } from '../../templates/sync/status-after.js';
import { lossOf } from '../../templates/sync/template-loss.js';
import { type NewsScope, TemplateUpdates } from '../../templates/sync/template-updates.service.js';
import type { TemplateEvent } from '../../whatsapp/parsing/webhook-events.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import type { Owned } from '../processing/webhook-items.js';

type StatusOfTemplate = Extract<TemplateEvent, { kind: 'status' }>;

/** What Meta reports about templates, limits and accounts. There are few of these, so one after the other will do. */
@Injectable()
export class AccountNews implements OnModuleInit {
  constructor(
    private readonly handlers: WebhookHandlers,
    private readonly senders: SenderUpdates,
    private readonly templates: TemplateUpdates,
    private readonly campaigns: TemplateCampaigns,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      name: 'account-state',
      kind: 'accounts',
      apply: async (tx, items) => {
        for (const { item, organizationIds } of items)
          await this.senders.applyAccountUpdate(item, { tx, organizationIds });
      },
    });
    this.handlers.register({
      name: 'messaging-limit',
      kind: 'limits',
      apply: async (tx, items) => {
        for (const { item, organizationIds } of items)
          await this.senders.applyLimitUpdate(item, { tx, organizationIds });
      },
    });
    this.handlers.register({
      name: 'template-state',
      kind: 'templates',
      apply: async (tx, items) => {
        for (const owned of items) await this.applyTemplate(tx, owned);
      },
    });
  }

  private async applyTemplate(
    tx: EntityManager,
    { item, organizationIds }: Owned<TemplateEvent>,
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

  /** Approved again, nothing resumes by itself: whether the campaign still makes sense is for a person to say. */
  private async applyStatus(event: StatusOfTemplate, scope: NewsScope): Promise<void> {
    for (const { after, ...template } of await this.templates.applyStatusUpdate(event, scope)) {
      const loss = lossOf(template, after.status, reasonText(event));
      if (loss !== null) await this.campaigns.pause(scope.tx, template, loss);
    }
  }
}
