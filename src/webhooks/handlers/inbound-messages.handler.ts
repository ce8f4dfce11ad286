import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IdentitiesService, type KnownPerson } from '../../customers/people/identities.service.js';
import {
  ConversationsService,
  type InboundNote,
} from '../../messages/conversations/conversations.service.js';
import { inboundContent } from '../../messages/inbound/inbound-content.js';
import { InboundLog, type NewInbound } from '../../messages/inbound/inbound-log.service.js';
import { fit } from '../../messages/stored-text.js';
import { Clock } from '../../platform/clock/clock.js';
import type { DeliveryReport } from '../../sending/outcomes/delivery-report.js';
import { DeliveryReports } from '../../sending/outcomes/delivery-reports.service.js';
import { asText } from '../../whatsapp/json/json-fields.js';
import type { InboundMessage } from '../../whatsapp/parsing/webhook-events.js';
import { type Reply, replyIn } from './reply.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import type { Owned } from '../processing/webhook-items.js';

/** The columns end there. */
const MAX_TYPE = 20;
const MAX_ID = 128;
const MAX_REPLY = 4_096;

interface Received {
  message: InboundMessage;
  organizationId: string;
  senderId: string | null;
  person: KnownPerson;
  at: Date;
}

/**
 * What people write is kept, opens their service window, and is an answer to a campaign. Apart from who they are and
 * what they agree to (people.handler.ts): a message that cannot be kept must not cost a STOP.
 */
@Injectable()
export class InboundMessages implements OnModuleInit {
  constructor(
    private readonly handlers: WebhookHandlers,
    private readonly identities: IdentitiesService,
    private readonly log: InboundLog,
    private readonly conversations: ConversationsService,
    private readonly reports: DeliveryReports,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      name: 'inbound-message',
      kind: 'messages',
      apply: async (tx, items) => {
        const received = await this.receivedOf(tx, items);
        await this.log.store(tx, received.map(rowOf));
        await this.conversations.noteInbound(tx, received.flatMap(noteOf));
        await this.answer(tx, received);
      },
    });
  }

  /** What came to a number that several organizations might have belongs to none of them. */
  private async receivedOf(tx: EntityManager, items: readonly Owned<InboundMessage>[]): Promise<Received[]> {
    const received: Received[] = [];
    for (const organizationId of new Set(items.flatMap((one) => one.organizationId ?? []))) {
      const own = items.filter((one) => one.organizationId === organizationId);
      const contacts = own.map(({ item }) => ({ ...item.from, ...item.profile }));
      const people = await this.identities.known(tx, organizationId, contacts);
      for (const [index, { item: message, senderId }] of own.entries()) {
        const person = people[index];
        if (person === undefined) continue;
        received.push({ message, organizationId, senderId, person, at: message.at ?? this.clock.now() });
      }
    }
    return received;
  }

  private async answer(tx: EntityManager, received: readonly Received[]): Promise<void> {
    const replies = received.flatMap((one) => {
      const reply = replyIn(one.message);
      return reply === null ? [] : [{ ...one, reply }];
    });
    const attempts = await this.log.answered(
      tx,
      replies.map(({ organizationId, senderId, person, at, reply }) => ({
        ...{ organizationId, senderId, phone: person.phone, at },
        ...{ names: reply.names, onlyIfNamed: reply.onlyIfNamed },
      })),
    );
    const reports = replies.flatMap(({ reply, at }, index): DeliveryReport[] => {
      const attempt = attempts[index];
      return attempt === undefined || attempt === null ? [] : [{ ...attempt, ...reportOf(reply, at) }];
    });
    if (reports.length > 0) await this.reports.apply(tx, reports);
  }
}

function rowOf({ message, organizationId, senderId, person, at }: Received): NewInbound {
  return {
    organizationId,
    senderId,
    phoneNumber: person.phone,
    whatsappUserId: person.userId,
    customerId: person.profileId,
    type: (asText(message.raw['type']) ?? 'unknown').slice(0, MAX_TYPE),
    content: inboundContent(message),
    wamid: message.wamid,
    contextMessageId: message.context?.messageId?.slice(0, MAX_ID) ?? null,
    at,
  };
}

function noteOf({ organizationId, senderId, person, at }: Received): InboundNote[] {
  const contact = person.phone ?? person.userId;
  if (senderId === null || contact === null) return [];
  return [{ organizationId, senderId, contact, customerId: person.profileId, at }];
}

function reportOf({ text, isClick }: Reply, at: Date): Omit<DeliveryReport, 'recipientId' | 'attempt'> {
  return {
    kind: 'replied',
    at,
    wamid: null,
    error: null,
    pricing: null,
    reply: { text: fit(text, MAX_REPLY), isClick },
  };
}
