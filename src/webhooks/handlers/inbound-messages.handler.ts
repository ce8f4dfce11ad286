import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Identities, type KnownPerson } from '../../customers/people/identities.service.js';
import { Conversations, type InboundNote } from '../../messages/conversations/conversations.service.js';
import { inboundContent } from '../../messages/inbound/inbound-content.js';
import { InboundLog, type NewInbound } from '../../messages/inbound/inbound-log.service.js';
import {
  type Enquired,
  ProductEnquiries,
} from '../../product-messages/enquiries/product-enquiries.service.js';
import { asText } from '../../whatsapp/json/json-fields.js';
import type { CallEvent, InboundMessage } from '../../whatsapp/parsing/webhook-events.js';
import { CampaignReplies } from './campaign-replies.service.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import { type OwnedItem, saidAt } from '../processing/webhook-items.js';

/** The length of the column. */
const MAX_TYPE = 20;

interface Received {
  message: InboundMessage;
  organizationId: string;
  senderId: string | null;
  person: KnownPerson;
  at: Date;
  /** What the message asks about. */
  product: Enquired | null;
}

/**
 * Stores inbound messages, opens the service window, and records replies to campaigns. Identity and consent are handled
 * separately (people.handler.ts): a message that cannot be stored must not lose a STOP.
 */
@Injectable()
export class InboundMessageHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly identities: Identities,
    private readonly log: InboundLog,
    private readonly conversations: Conversations,
    private readonly replies: CampaignReplies,
    private readonly enquiries: ProductEnquiries,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('messages', 'inbound-message', async (tx, items) => {
      const received = await this.withProducts(tx, await this.receivedOf(tx, items));
      const fresh = await this.log.store(tx, received.map(rowOf));
      const news = new Set(fresh);
      await this.enquiries.count(tx, received.flatMap(viewIn(fresh)));
      await this.conversations.noteInbound(tx, received.flatMap(noteOf));
      await this.replies.record(tx, received, news);
    });
    this.webhooks.handles('calls', 'inbound-call', (tx, items) => this.noteCalls(tx, items));
  }

  /** A message to an account that several organizations share belongs to none of them. */
  private async receivedOf(
    tx: EntityManager,
    items: readonly OwnedItem<InboundMessage>[],
  ): Promise<Received[]> {
    const received: Received[] = [];
    for (const organizationId of new Set(items.flatMap((one) => one.organizationId ?? []))) {
      const own = items.filter((one) => one.organizationId === organizationId);
      const contacts = own.map(({ item }) => ({ ...item.from, ...item.profile }));
      const people = await this.identities.known(tx, organizationId, contacts);
      for (const [index, owned] of own.entries()) {
        const { item: message, senderId } = owned;
        const person = people[index];
        if (person === undefined) continue;
        received.push({ message, organizationId, senderId, person, at: saidAt(owned), product: null });
      }
    }
    return received;
  }

  private async withProducts(tx: EntityManager, received: readonly Received[]): Promise<Received[]> {
    const named = received.map(({ message, organizationId }) => {
      const { catalogId: metaCatalogId, retailerId } = message.context?.referredProduct ?? {};
      return typeof metaCatalogId === 'string' && typeof retailerId === 'string'
        ? { organizationId, metaCatalogId, retailerId }
        : null;
    });
    const products = await this.enquiries.find(tx, named);
    return received.map((one, place) => ({ ...one, product: products[place] ?? null }));
  }

  /** A call opens the service window like a message, also one that is not answered. */
  private async noteCalls(tx: EntityManager, items: readonly OwnedItem<CallEvent>[]): Promise<void> {
    const calls = items.filter(({ item }) => item.isFromPerson && item.event === 'connect');
    for (const organizationId of new Set(calls.flatMap((one) => one.organizationId ?? []))) {
      const own = calls.filter((one) => one.organizationId === organizationId);
      const people = await this.identities.known(
        tx,
        organizationId,
        own.map(({ item }) => item.person),
      );
      const notes = own.flatMap((owned, index): InboundNote[] => {
        const { senderId } = owned;
        const person = people[index];
        const contact = person?.phone ?? person?.userId ?? null;
        if (senderId === null || person === undefined || contact === null) return [];
        return [{ organizationId, senderId, contact, customerId: person.profileId, at: saidAt(owned) }];
      });
      await this.conversations.noteInbound(tx, notes);
    }
  }
}

function rowOf({ message, organizationId, senderId, person, at, product }: Received): NewInbound {
  const { productId, variantId } = product ?? {};
  const about = {
    ...(typeof productId === 'string' ? { productId } : {}),
    ...(typeof variantId === 'string' ? { variantId } : {}),
  };
  return {
    organizationId,
    senderId,
    phoneNumber: person.phone,
    whatsappUserId: person.userId,
    customerId: person.profileId,
    type: (asText(message.raw['type']) ?? 'unknown').slice(0, MAX_TYPE),
    content: { ...inboundContent(message), ...about },
    wamid: message.wamid,
    contextMessageId: message.context?.messageId ?? null,
    at,
  };
}

/** A message is one view, however often Meta repeats it: only one that was not known before counts. */
function viewIn(fresh: Set<string>) {
  return ({ message, organizationId, product, at }: Received) =>
    product !== null && fresh.delete(message.wamid) ? [{ ...product, organizationId, at }] : [];
}

/** A message to a group opens a window with the group, not with the person. */
function noteOf({ message, organizationId, senderId, person, at }: Received): InboundNote[] {
  const contact = person.phone ?? person.userId;
  if (senderId === null || contact === null || message.groupId !== null) return [];
  return [{ organizationId, senderId, contact, customerId: person.profileId, at }];
}
