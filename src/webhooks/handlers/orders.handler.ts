import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Identities, isIdentified, type KnownPerson } from '../../customers/people/identities.service.js';
import { type Answered, InboundLog } from '../../messages/inbound/inbound-log.service.js';
import { tappedCart } from '../../orders/carts/cart-message.js';
import type { Draft } from '../../orders/intake/draft-order.js';
import type { IncomingOrder } from '../../orders/intake/incoming-order.js';
import { OrderIntake } from '../../orders/intake/order-intake.service.js';
import { OrderMetrics } from '../../orders/intake/order-metrics.service.js';
import { CUSTOMER } from '../../orders/order/order-row.js';
import { OrderMoves } from '../../orders/moves/order-moves.service.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import type { InboundMessage } from '../../whatsapp/parsing/webhook-events.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import { type OwnedItem, saidAt } from '../processing/webhook-items.js';

type Received = OwnedItem<InboundMessage>;

/**
 * Orders from the chat, and the taps on the buttons of our messages about them. It runs after people and inbound
 * messages, and apart from them: an order that cannot be stored must lose neither a STOP nor the message.
 */
@Injectable()
export class OrdersHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly identities: Identities,
    private readonly log: InboundLog,
    private readonly intake: OrderIntake,
    private readonly moves: OrderMoves,
    private readonly metrics: OrderMetrics,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('messages', 'inbound-order', async (tx, items, afterCommit) => {
      const about = items.filter(({ item }) => isAboutOrder(item));
      // Sorted, like all that is locked.
      const organizations = [...new Set(about.flatMap((one) => one.organizationId ?? []))].sort();
      for (const organizationId of organizations) {
        const own = about.filter((one) => one.organizationId === organizationId);
        const made = await this.hear(tx, organizationId, own);
        afterCommit(() => {
          this.metrics.made(made);
        });
      }
    });
  }

  private async hear(
    tx: EntityManager,
    organizationId: string,
    items: readonly Received[],
  ): Promise<Draft[]> {
    const contacts = items.map(({ item }) => ({ ...item.from, ...item.profile }));
    const people = await this.identities.known(tx, organizationId, contacts);
    const heard = items.flatMap((owned, place) => {
      const person = people[place];
      return person === undefined ? [] : [{ owned, person }];
    });
    await this.lockAhead(tx, organizationId, heard);
    // Orders are locked before stock, and by id: the id is all in which these buttons differ.
    const taps = heard.flatMap(({ owned: { item }, person }) =>
      item.content.kind === 'button-reply' ? [{ buttonId: item.content.id, wamid: item.wamid, person }] : [],
    );
    taps.sort((a, b) => compareTexts(a.buttonId ?? '', b.buttonId ?? ''));
    for (const tap of taps) await this.tap(tx, organizationId, tap);
    const sent = heard.filter(({ owned }) => owned.item.content.kind === 'order');
    const answers = sent.length === 0 ? [] : await this.answersOf(tx, organizationId, sent);
    return this.intake.receive(
      tx,
      organizationId,
      sent.flatMap(({ owned, person }, place) => incomingOf(owned, person, answers[place] ?? null)),
    );
  }

  /** As a checkout does: carts before stock, stock before numbers. The taps on carts come later in the batch. */
  private async lockAhead(
    tx: EntityManager,
    organizationId: string,
    heard: readonly { owned: Received; person: KnownPerson }[],
  ): Promise<void> {
    const cartIds = heard.flatMap(({ owned: { item } }) =>
      item.content.kind === 'button-reply' ? (tappedCart(item.content.id)?.cartId ?? []) : [],
    );
    const people = heard
      .filter(({ owned }) => owned.item.content.kind === 'order')
      .map(({ person }) => person);
    if (cartIds.length === 0 && people.length === 0) return;
    await this.intake.lockAhead(tx, organizationId, {
      cartIds,
      people: {
        customerIds: people.flatMap(({ profileId }) => profileId ?? []),
        phones: people.flatMap(({ phone }) => (phone === null ? [] : waIdVariants(phone))),
        userIds: people.flatMap(({ userId }) => userId ?? []),
      },
    });
  }

  private async answersOf(
    tx: EntityManager,
    organizationId: string,
    sent: readonly { owned: Received; person: KnownPerson }[],
  ): Promise<(Answered | null)[]> {
    const withinMs = await this.intake.attributionMs(tx, organizationId);
    return this.log.answered(
      tx,
      sent.map(({ owned, person }) => ({
        ...{ organizationId, senderId: owned.senderId, phone: person.phone, at: saidAt(owned) },
        ...{ names: owned.item.context?.messageId ?? null, onlyIfNamed: owned.item.groupId !== null },
        withinMs,
      })),
    );
  }

  private async tap(
    tx: EntityManager,
    organizationId: string,
    { buttonId, wamid, person }: { buttonId: string | null; wamid: string; person: KnownPerson },
  ): Promise<void> {
    await this.moves.cancelByCustomer(tx, organizationId, {
      ...{ buttonId, wamid, by: CUSTOMER },
      isFrom: ({ order }) =>
        (person.phone !== null &&
          order.phoneNumber !== null &&
          waIdVariants(order.phoneNumber).includes(person.phone)) ||
        (person.userId !== null && person.userId === order.whatsappUserId),
    });
  }
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function isAboutOrder({ content, from }: InboundMessage): boolean {
  return isIdentified(from) && (content.kind === 'order' || content.kind === 'button-reply');
}

function incomingOf(
  owned: Received,
  { profileId, phone, userId }: KnownPerson,
  answer: Answered | null,
): IncomingOrder[] {
  const { item, senderId } = owned;
  const { content, wamid, profile } = item;
  if (content.kind !== 'order' || (phone === null && userId === null)) return [];
  const campaignId = answer?.campaignId ?? null;
  return [
    {
      ...{ wamid, senderId, customerId: profileId, phoneNumber: phone, whatsappUserId: userId },
      ...{ name: profile.name, metaCatalogId: content.catalogId, note: content.text, lines: content.lines },
      at: saidAt(owned),
      answers:
        answer === null || campaignId === null
          ? null
          : { campaignId, recipientId: answer.recipientId, by: answer.by },
    },
  ];
}
