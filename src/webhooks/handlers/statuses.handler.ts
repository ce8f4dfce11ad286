import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { MessageLog } from '../../messages/log/message-log.service.js';
import { Outbox } from '../../messages/outbox/outbox.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { DeliveryReport } from '../../sending/outcomes/delivery-report.js';
import { DeliveryReports } from '../../sending/outcomes/delivery-reports.service.js';
import type { StatusEvent } from '../../whatsapp/parsing/webhook-events.js';
import { HeardConsent } from './heard-consent.service.js';
import { attemptRefOf, matchStatuses, type StatusMatch, unnamedMessages } from './match-statuses.js';
import { deliveryReportOf, messageReportOf } from './status-reports.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import type { Owned } from '../processing/webhook-items.js';
import { WebhookMetrics } from '../inbox/webhook-metrics.service.js';

/** WhatsApp's own switch: the person wants no marketing from us. */
const STOPPED_MARKETING = 131_050;

/**
 * What became of the messages we sent. A status may come before the answer to the send is recorded, or when that
 * answer was lost: then the callback data says which message it is about, and the status brings Meta's id of it.
 */
@Injectable()
export class Statuses implements OnModuleInit {
  constructor(
    private readonly handlers: WebhookHandlers,
    private readonly log: MessageLog,
    private readonly outbox: Outbox,
    private readonly reports: DeliveryReports,
    private readonly consent: HeardConsent,
    private readonly metrics: WebhookMetrics,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      name: 'message-status',
      kind: 'statuses',
      apply: async (tx, items) => {
        const matches = await this.matchesOf(tx, items);
        const now = this.clock.now();
        const ofCampaigns: DeliveryReport[] = matches.flatMap(({ event, attempt }) =>
          attempt === null ? [] : [deliveryReportOf(event, attempt, now)],
        );
        if (ofCampaigns.length > 0) await this.reports.apply(tx, ofCampaigns);
        const others = matches.filter(({ attempt }) => attempt === null);
        await this.log.report(
          tx,
          others.map(({ event, messageId }) => messageReportOf(event, messageId, now)),
        );
        for (const { event, organizationId } of others) await this.noteRefusal(tx, organizationId, event);
        // Of messages that other tools send from the same number; as failed items they would pile up.
        this.metrics.unknownStatuses.inc(items.length - matches.length);
      },
    });
  }

  /** One look-up for most batches; what was sent along is asked only about those that Meta's id does not find. */
  private async matchesOf(tx: EntityManager, items: readonly Owned<StatusEvent>[]): Promise<StatusMatch[]> {
    const wamids = items.map(({ item }) => item.wamid);
    const known = await this.log.findAttempts(tx, { wamids, refs: [] });
    const named = new Set(known.map(({ wamid }) => wamid));
    const refs = items.flatMap(({ item }) => (named.has(item.wamid) ? [] : (attemptRefOf(item) ?? [])));
    const found = [...known, ...(await this.log.findAttempts(tx, { wamids: [], refs }))];
    const ids = unnamedMessages(items, found);
    const owners = ids.length === 0 ? [] : await this.outbox.ownersOf(tx, ids);
    return matchStatuses(items, found, owners);
  }

  /** Campaigns do the same through their error policy. */
  private async noteRefusal(tx: EntityManager, organizationId: string, event: StatusEvent): Promise<void> {
    const { waId, userId } = event.recipient;
    if (event.status !== 'failed' || event.errors[0]?.code !== STOPPED_MARKETING) return;
    if (waId === null && userId === null) return;
    const evidence = { messageId: event.wamid, code: STOPPED_MARKETING };
    const statement = { kind: 'stop_preference', at: event.at, evidence } as const;
    await this.consent.recordOf(tx, organizationId, event.recipient, statement);
  }
}
