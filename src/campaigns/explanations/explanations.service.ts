import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import type { CampaignRecipient } from '../../recipients/recipient.entity.js';
import { RecipientsService } from '../../recipients/recipients.service.js';
import { type Explained, explainRecipient } from './explain-recipient.js';
import { attemptsOf } from '../explanation.queries.js';
import { readWaitingFacts } from './explanations.queries.js';
import { campaignWaitsFor, type Moment, recipientWaitsFor, type WaitingFacts } from './waiting-reason.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Why somebody got a message or did not, and what a campaign waits for. */
@Injectable()
export class ExplanationsService {
  constructor(
    private readonly database: Database,
    private readonly recipients: RecipientsService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async campaignWaitsFor(organizationId: string, campaignId: string): Promise<string | null> {
    const moment = this.moment();
    return campaignWaitsFor(await this.facts(organizationId, campaignId, moment.now), moment);
  }

  async explain(
    organizationId: string,
    campaignId: string,
    recipientId: string,
  ): Promise<{ recipient: CampaignRecipient; explanation: Explained[] }> {
    const moment = this.moment();
    const facts = await this.facts(organizationId, campaignId, moment.now);
    const recipient = await this.recipients.get(organizationId, campaignId, recipientId);
    const attempts = await attemptsOf(this.database.manager, organizationId, recipientId);
    const explanation = explainRecipient(recipient, attempts, {
      now: moment.now,
      timeZone: facts.timeZone,
      waitsFor: recipientWaitsFor(recipient, facts, moment),
    });
    return { recipient, explanation };
  }

  private async facts(organizationId: string, campaignId: string, now: Date): Promise<WaitingFacts> {
    const since = new Date(now.getTime() - DAY_MS);
    const facts = await readWaitingFacts(this.database.manager, organizationId, campaignId, since);
    if (facts === undefined) throw notFound('campaign', campaignId);
    return facts;
  }

  private moment(): Moment {
    const { sendWindow, dailyRunAt, timeZone } = this.config;
    return { now: this.clock.now(), sendWindow, dailyRunAt, timeZone };
  }
}
