import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Identities, isIdentified } from '../../customers/people/identities.service.js';
import { classify } from '../../whatsapp/errors/classify-error.js';
import { saidAt } from '../processing/webhook-items.js';
import { HeardConsent } from './heard-consent.service.js';
import type { OwnStatus } from './match-statuses.js';

/** What statuses say about the people who got the messages. */
@Injectable()
export class StatusPeople {
  constructor(
    private readonly identities: Identities,
    private readonly consent: HeardConsent,
  ) {}

  /** A status names the user who has the number that we sent to. They may hide it when they write to us. */
  async link(tx: EntityManager, own: readonly OwnStatus[]): Promise<void> {
    const news = own.flatMap(({ organizationId, phone, knownUserId, item: { recipient } }) =>
      phone === null || recipient.userId === null || recipient.userId === knownUserId
        ? []
        : [{ organizationId, phone, userId: recipient.userId }],
    );
    for (const organizationId of new Set(news.map((one) => one.organizationId))) {
      const people = news.filter((one) => one.organizationId === organizationId);
      await this.identities.link(tx, organizationId, people);
    }
  }

  /** WhatsApp's own opt-out from marketing. For campaigns the error policy records it. */
  async noteRefusal(tx: EntityManager, status: OwnStatus): Promise<void> {
    const { item, organizationId } = status;
    const { waId, userId } = item.recipient;
    const code = item.errors[0]?.code ?? null;
    if (item.status !== 'failed' || classify({ code, asynchronous: true }).action.kind !== 'opt-out') return;
    if (!isIdentified({ waId, userId })) return;
    const evidence = { messageId: item.wamid, code };
    const statement = { kind: 'stop_preference', at: saidAt(status), evidence } as const;
    await this.consent.recordOf(tx, organizationId, item.recipient, statement);
  }
}
