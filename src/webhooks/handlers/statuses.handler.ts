import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OutboxReports } from '../../messages/outbox/outbox-reports.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { DeliveryReport } from '../../sending/outcomes/delivery-report.js';
import { DeliveryReports } from '../../sending/outcomes/delivery-reports.service.js';
import type { StatusEvent } from '../../whatsapp/parsing/webhook-events.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import type { OwnedItem } from '../processing/webhook-items.js';
import { OwnStatuses } from './own-statuses.service.js';
import { StatusPeople } from './status-people.service.js';
import { deliveryReportOf, messageReportOf } from './status-reports.js';

/**
 * What became of the messages we sent. A status may arrive before the answer to the send is recorded, or when that
 * answer was lost: then the callback data identifies the message, and the status brings Meta's id for it.
 */
@Injectable()
export class StatusHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly ownStatuses: OwnStatuses,
    private readonly messages: OutboxReports,
    private readonly reports: DeliveryReports,
    private readonly people: StatusPeople,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('statuses', 'message-status', (tx, statuses) => this.apply(tx, statuses));
  }

  private async apply(tx: EntityManager, statuses: readonly OwnedItem<StatusEvent>[]): Promise<void> {
    const own = await this.ownStatuses.among(tx, statuses);
    const now = this.clock.now();
    const ofCampaigns: DeliveryReport[] = own.flatMap(({ item, attempt }) =>
      attempt === null ? [] : [deliveryReportOf(item, attempt, now)],
    );
    if (ofCampaigns.length > 0) await this.reports.apply(tx, ofCampaigns);
    const others = own.filter(({ attempt }) => attempt === null);
    await this.messages.report(
      tx,
      others.map(({ item, messageId }) => messageReportOf(item, messageId, now)),
    );
    await this.people.link(tx, own);
    for (const status of others) await this.people.noteRefusal(tx, status);
    this.ownStatuses.countUnknown(statuses.length - own.length);
  }
}
