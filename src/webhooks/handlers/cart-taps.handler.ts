import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Identities, isIdentified } from '../../customers/people/identities.service.js';
import { CartTaps } from '../../orders/checkout/cart-taps.service.js';
import type { Draft } from '../../orders/intake/draft-order.js';
import { OrderMetrics } from '../../orders/intake/order-metrics.service.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import type { InboundMessage } from '../../whatsapp/parsing/webhook-events.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import type { OwnedItem } from '../processing/webhook-items.js';

/** The taps on the buttons under a cart. It runs after people and inbound messages, like the orders from the chat. */
@Injectable()
export class CartTapsHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly identities: Identities,
    private readonly taps: CartTaps,
    private readonly metrics: OrderMetrics,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('messages', 'inbound-cart-tap', async (tx, items, afterCommit) => {
      const taps = items.filter(
        ({ item }) => isIdentified(item.from) && item.content.kind === 'button-reply',
      );
      // Sorted, like all that is locked.
      const organizations = [...new Set(taps.flatMap((one) => one.organizationId ?? []))].sort();
      for (const organizationId of organizations) {
        const own = taps.filter((one) => one.organizationId === organizationId);
        const placed = await this.hear(tx, organizationId, own);
        afterCommit(() => {
          this.metrics.made(placed);
        });
      }
    });
  }

  private async hear(
    tx: EntityManager,
    organizationId: string,
    items: readonly OwnedItem<InboundMessage>[],
  ): Promise<Draft[]> {
    const contacts = items.map(({ item }) => ({ ...item.from, ...item.profile }));
    const people = await this.identities.known(tx, organizationId, contacts);
    const taps = items.flatMap(({ item: { content, wamid }, senderId }, place) => {
      const person = people[place];
      if (person === undefined || content.kind !== 'button-reply') return [];
      const { phone, userId } = person;
      const isFrom = (cart: { phoneNumber: string | null; whatsappUserId: string | null }): boolean =>
        (phone !== null && cart.phoneNumber !== null && waIdVariants(cart.phoneNumber).includes(phone)) ||
        (userId !== null && userId === cart.whatsappUserId);
      return [{ buttonId: content.id, wamid, senderId, isFrom }];
    });
    return this.taps.hear(tx, organizationId, taps);
  }
}
