import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ConsentService } from '../../customers/consent/consent.service.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { CampaignReadiness } from '../message/campaign-readiness.service.js';
import { CampaignsService } from '../campaign/campaigns.service.js';
import { assertCommand } from '../campaign/campaign-state.js';
import { LifecycleService } from './lifecycle.service.js';
import * as queries from './recipient-retries.queries.js';
import { type RetryRefusal, retryRefusal } from './retry-refusal.js';

export const MAX_RETRIED = 10_000;

export interface RetryOutcome {
  retried: number;
  /** How many of those that were meant stay as they are, by the reason. */
  refused: Partial<Record<RetryRefusal, number>>;
  /** There may be more of them: call again. */
  hasMore: boolean;
}

/** An operator tries failed recipients again: what the engine never does of its own. */
@Injectable()
export class RecipientRetries {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly readiness: CampaignReadiness,
    private readonly consent: ConsentService,
    private readonly lifecycle: LifecycleService,
  ) {}

  async retry(organizationId: string, id: string, filter: queries.RetryFilter): Promise<RetryOutcome> {
    const campaign = await this.campaigns.get(organizationId, id);
    assertCommand('retry', campaign.status);
    const template = await this.readiness.templateOf(campaign);
    if (template !== null && template.status !== 'APPROVED') {
      const detail = `The template ${template.name} is ${template.status}: try again once it is approved.`;
      throw new DomainError('rule', 'template_not_approved', detail);
    }
    return this.lifecycle.takeBack(organizationId, id, (tx, now) =>
      this.takeBack(tx, organizationId, id, filter, now),
    );
  }

  private async takeBack(
    tx: EntityManager,
    organizationId: string,
    id: string,
    filter: queries.RetryFilter,
    now: Date,
  ): Promise<RetryOutcome> {
    const refused: RetryOutcome['refused'] = {};
    const count = (reason: RetryRefusal): void => {
      refused[reason] = (refused[reason] ?? 0) + 1;
    };
    if (filter.ids !== undefined) (await this.unfit(tx, id, filter.ids)).forEach(count);
    const chosen: string[] = [];
    // Those who are refused stay failed and would be found first again the next time, so they must not use up the
    // portion.
    let after: string | null = null;
    let isDone = false;
    while (!isDone && chosen.length < MAX_RETRIED) {
      const wanted = MAX_RETRIED - chosen.length;
      const page: queries.RetryCandidate[] = await queries.lockFailed(tx, id, filter, after, wanted);
      const numbers = page.map(({ phoneNumber }) => phoneNumber);
      const suppressed = await this.consent.suppressedAmong(tx, organizationId, numbers);
      for (const candidate of page) {
        const isOptedOut = candidate.isOptedOut || suppressed.has(candidate.phoneNumber);
        const refusal = retryRefusal({ ...candidate, isOptedOut }, now);
        if (refusal === null) chosen.push(candidate.id);
        else count(refusal);
      }
      after = page.at(-1)?.id ?? null;
      isDone = page.length < wanted;
    }
    const retried = chosen.length === 0 ? 0 : await queries.putBack(tx, chosen, now);
    return { retried, refused, hasMore: !isDone };
  }

  /** Of those who were named: who is none of this campaign's, or has not failed. */
  private async unfit(tx: EntityManager, id: string, ids: readonly string[]): Promise<RetryRefusal[]> {
    const states = await queries.statesOf(tx, id, ids);
    const known = new Map(states.map((row) => [row.id, row.status]));
    return [...new Set(ids)].flatMap((one): RetryRefusal[] => {
      const status = known.get(one);
      if (status === undefined) return ['not_found'];
      return status === 'failed' ? [] : ['not_failed'];
    });
  }
}
