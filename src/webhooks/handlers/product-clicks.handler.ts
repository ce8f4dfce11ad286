import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  type ProductClick,
  ProductEnquiries,
} from '../../product-messages/enquiries/product-enquiries.service.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import { saidAt } from '../processing/webhook-items.js';

/** Taps on products of marketing messages. Meta says neither who tapped nor on which message. */
@Injectable()
export class ProductClicksHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly enquiries: ProductEnquiries,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles(
      'clicks',
      'product-click',
      async (tx, items) => {
        const clicks = items.flatMap((owned): ProductClick[] => {
          const { organizationId, item } = owned;
          const { clickId, productId: product } = item;
          if (organizationId === null || clickId === null || product === null) return [];
          return [{ organizationId, clickId, product, at: saidAt(owned) }];
        });
        await this.enquiries.click(tx, clicks);
      },
      ({ clickId, productId }) => (clickId === null || productId === null ? NO_PRODUCT : null),
    );
  }
}

const NO_PRODUCT = 'It is not about a product, or cannot be told from its repetition.';
