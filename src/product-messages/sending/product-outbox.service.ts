import { Injectable } from '@nestjs/common';
import type { Sellable } from '../../catalog/sellables/sellable.js';
import { ProductStats } from '../../catalog/statistics/product-stats.service.js';
import { type NewOutboxMessage, Outbox } from '../../messages/outbox/outbox.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { dayAt } from '../../rules/calendar/day.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { Addressee } from './addressees.service.js';
import type { Offer } from './offers.service.js';

type Sent = Pick<
  NewOutboxMessage,
  'payload' | 'category' | 'isMarketing' | 'needsOpenWindow' | 'fallback' | 'expiresAt'
>;

/** Queues a message and counts what it shows, together. */
@Injectable()
export class ProductOutbox {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly stats: ProductStats,
    private readonly clock: Clock,
    private readonly settings: CalendarSettings,
  ) {}

  get now(): Date {
    return this.clock.now();
  }

  async add(
    { organizationId, senderId }: Offer,
    { phone, userId, customerId }: Addressee,
    message: Sent,
    shown: readonly Sellable[],
  ): Promise<string> {
    const id = uuidV7();
    await this.database.transaction(async (tx) => {
      await this.outbox.add(tx, [
        {
          ...{ id, organizationId, senderId, purpose: 'product', dedupeKey: `product:${id}` },
          ...{ phoneNumber: phone, whatsappUserId: userId, customerId },
          ...message,
        },
      ]);
      await this.stats.add(tx, organizationId, this.sharesOf(shown));
    });
    return id;
  }

  /** A message is one share of a product, however many of its variants it shows. */
  private sharesOf(shown: readonly Sellable[]) {
    const date = dayAt(this.now, this.settings.timeZone);
    const products = new Map(shown.map(({ productId, catalogId }) => [productId, catalogId]));
    return [...products].map(([productId, catalogId]) => ({
      ...{ catalogId, productId, variantId: null, campaignId: null, date, shares: 1 },
    }));
  }
}
