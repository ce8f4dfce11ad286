import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { KnownPerson } from '../../customers/people/identities.service.js';
import { type ButtonPress, ButtonPresses } from '../../links/button-presses.service.js';
import { InboundLog } from '../../messages/inbound/inbound-log.service.js';
import { fit } from '../../platform/database/storable-text.js';
import type { DeliveryReport } from '../../sending/outcomes/delivery-report.js';
import { DeliveryReports } from '../../sending/outcomes/delivery-reports.service.js';
import type { InboundMessage } from '../../whatsapp/parsing/webhook-events.js';
import { type Reply, replyIn } from './reply.js';

/** The length of the column. */
const MAX_REPLY = 4_096;

export interface ReceivedMessage {
  message: InboundMessage;
  organizationId: string;
  senderId: string | null;
  person: KnownPerson;
  at: Date;
}

/** Replies to campaigns: what they mean for the recipient, and which buttons were pressed. */
@Injectable()
export class CampaignReplies {
  constructor(
    private readonly log: InboundLog,
    private readonly reports: DeliveryReports,
    private readonly presses: ButtonPresses,
  ) {}

  /** `fresh`: Meta's ids of the messages that were not known before. Only those count as a press. */
  async record(
    tx: EntityManager,
    received: readonly ReceivedMessage[],
    fresh: ReadonlySet<string>,
  ): Promise<void> {
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
      const answered = attempts[index];
      if (answered === undefined || answered === null) return [];
      const { recipientId, attempt } = answered;
      return [{ recipientId, attempt, ...reportOf(reply, at) }];
    });
    const pressed = new Set(fresh);
    const presses = replies.flatMap(({ reply, message }, index): ButtonPress[] => {
      const campaignId = attempts[index]?.campaignId ?? null;
      if (campaignId === null || !reply.isClick || reply.text === null || !pressed.delete(message.wamid))
        return [];
      return [{ campaignId, text: reply.text }];
    });
    if (reports.length > 0) await this.reports.apply(tx, reports);
    await this.presses.add(tx, presses);
  }
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
