import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SenderUpdates } from '../senders/sender-updates.service.js';
import { TemplateUpdates } from '../templates/template-updates.service.js';
import type { TemplateEvent } from '../whatsapp/webhook-events.js';
import { WebhookHandlers } from './webhook-handlers.service.js';
import type { Owned } from './webhook-items.js';

/** What Meta reports about templates, limits and accounts. There are few of these, so one after the other will do. */
@Injectable()
export class AccountNews implements OnModuleInit {
  constructor(
    private readonly handlers: WebhookHandlers,
    private readonly senders: SenderUpdates,
    private readonly templates: TemplateUpdates,
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
        await this.templates.applyStatusUpdate(item, scope);
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
}
