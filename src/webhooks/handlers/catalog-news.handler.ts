import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SyncRuns } from '../../catalog/sync/sync-runs.service.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';

/** Something was written to a catalog. Only a reason to look: batches are polled, and strangers' writes read. */
@Injectable()
export class CatalogNewsHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly runs: SyncRuns,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('catalogs', 'catalog-news', async (tx, items) => {
      const news = items.map(({ item }) => ({ metaCatalogId: item.catalogId, handle: item.handle }));
      await this.runs.hear(tx, news);
    });
  }
}
