import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { CampaignRecipient } from '../../recipients/recipient.entity.js';
import { Recipients } from '../../recipients/recipients.service.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { CampaignCalendar } from '../campaign/campaign-calendar.js';
import { assignedIn } from './assigned-in.js';
import { type Explained, explainRecipient } from './explain-recipient.js';
import { attemptsOf, experimentOf, hoursOf, readWaitingFacts, zonesWaiting } from './explanations.queries.js';
import { campaignWaitsFor, recipientWaitsFor, type WaitingFacts } from './waiting-reason.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Explains why a recipient got a message or did not, and what a campaign is waiting for. */
@Injectable()
export class Explanations {
  constructor(
    private readonly database: Database,
    private readonly recipients: Recipients,
    private readonly clock: Clock,
    private readonly settings: CalendarSettings,
  ) {}

  async campaignWaitsFor(organizationId: string, campaignId: string): Promise<string | null> {
    const { facts, calendar } = await this.situationOf(organizationId, campaignId);
    const zones = facts.sendInRecipientZone
      ? await zonesWaiting(this.database.manager, campaignId, calendar.today)
      : [];
    return campaignWaitsFor(facts, calendar, zones);
  }

  async explain(
    organizationId: string,
    campaignId: string,
    recipientId: string,
  ): Promise<{ recipient: CampaignRecipient; explanation: Explained[] }> {
    const { facts, calendar } = await this.situationOf(organizationId, campaignId);
    const recipient = await this.recipients.get(organizationId, campaignId, recipientId);
    const attempts = await attemptsOf(this.database.manager, organizationId, recipientId);
    const experiment = await experimentOf(this.database.manager, campaignId, recipient.variant);
    const isTimed = facts.sendInRecipientZone || facts.hasSendTimes;
    const hours = isTimed ? await hoursOf(this.database.manager, recipientId) : undefined;
    const explanation = explainRecipient(recipient, attempts, {
      now: calendar.now,
      timeZone: calendar.timeZone,
      assigned: assignedIn(experiment, recipient),
      waitsFor: recipientWaitsFor(recipient, facts, calendar, hours),
    });
    return { recipient, explanation };
  }

  private async situationOf(
    organizationId: string,
    campaignId: string,
  ): Promise<{ facts: WaitingFacts; calendar: CampaignCalendar }> {
    const now = this.clock.now();
    const since = new Date(now.getTime() - DAY_MS);
    const facts = await readWaitingFacts(this.database.manager, organizationId, campaignId, since);
    if (facts === undefined) throw notFound('campaign', campaignId);
    return { facts, calendar: new CampaignCalendar(facts, this.settings, now) };
  }
}
