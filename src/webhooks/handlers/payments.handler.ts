import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PaymentNews } from '../../orders/payments/payment-news.service.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';

/** Payments inside WhatsApp. Meta itself says not to trust them: they make us ask. */
@Injectable()
export class PaymentsHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly payments: PaymentNews,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('payments', 'payment-news', async (tx, items) => {
      const owned = items.filter(({ organizationId }) => organizationId !== null);
      const byOwner = Map.groupBy(owned, ({ organizationId }) => organizationId ?? '');
      // Sorted, like all that is locked.
      for (const organizationId of [...byOwner.keys()].sort()) {
        const references = (byOwner.get(organizationId) ?? []).map(({ item }) => item.reference);
        await this.payments.hear(tx, organizationId, references);
      }
    });
  }
}
