import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../events/domain-events.service.js';
import type { OpenClick } from '../links/click.js';
import { ClickLedger } from '../links/click-ledger.service.js';
import { DeliveryReports } from '../sending/outcomes/delivery-reports.service.js';
import type { ClickUnit } from './click-unit.js';
import * as queries from './clicks.queries.js';
import { type HumanClick, settleAll } from './settle-clicks.js';

/** What clicks mean: for the sums of their links, for the recipients, and for those who listen. */
@Injectable()
export class ClickEffects {
  constructor(
    private readonly ledger: ClickLedger,
    private readonly reports: DeliveryReports,
    private readonly events: DomainEvents,
  ) {}

  async apply(tx: EntityManager, clicks: readonly OpenClick[]): Promise<void> {
    const units = new Map<string, ClickUnit>();
    const recipients = [...new Set(clicks.flatMap(({ recipientId }) => recipientId ?? []))];
    for (const unit of await queries.recipientsOf(tx, recipients)) units.set(unit.id, unit);
    const messages = [...new Set(clicks.flatMap(({ messageId }) => messageId ?? []))];
    for (const unit of await queries.messagesOf(tx, messages)) units.set(unit.id, unit);
    const { settled, added, people } = settleAll(clicks, units);
    await this.reports.apply(tx, reportsOf(people));
    await this.ledger.settle(tx, settled, added);
    await this.events.record(tx, people.map(eventOf));
  }

  /** Without their people, for clicks that cannot be applied: they add to the sums and are done. */
  async giveUp(tx: EntityManager, clicks: readonly OpenClick[]): Promise<void> {
    const { settled, added } = settleAll(clicks, new Map());
    await this.ledger.settle(tx, settled, added);
  }
}

/** The first click of a person is all that a recipient keeps. */
function reportsOf(people: readonly HumanClick[]) {
  return people.flatMap(({ click: { recipientId, at }, isFirst }) =>
    recipientId === null || !isFirst
      ? []
      : [
          {
            ...{ recipientId, attempt: null, kind: 'clicked' as const, at },
            ...{ wamid: null, error: null, pricing: null, reply: null },
          },
        ],
  );
}

function eventOf({ click, unit, isFirst }: HumanClick) {
  const { place, url, recipientId, messageId, device, at } = click;
  const { organizationId, campaignId, customerId, phoneNumber } = unit;
  return {
    ...{
      organizationId,
      kind: 'link.clicked' as const,
      customerId,
      objectId: unit.id,
      campaignId,
      occurredAt: at,
    },
    data: {
      ...{ link: place, url, campaignId, recipientId, messageId, customerId, phoneNumber, device, isFirst },
      clickedAt: at.toISOString(),
    },
  };
}
