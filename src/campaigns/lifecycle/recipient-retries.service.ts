import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Consents } from '../../customers/consent/consent.service.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { RecipientFilter } from '../../recipients/recipient-filter.js';
import { Recipients } from '../../recipients/recipients.service.js';
import { CampaignReadiness } from '../message/campaign-readiness.service.js';
import { campaignsOf } from '../campaign/campaigns.service.js';
import { assertCommand } from '../campaign/campaign-state.js';
import { CampaignLifecycle } from './lifecycle.service.js';
import * as queries from './recipient-retries.queries.js';
import { type RetryRefusal, retryRefusal } from './retry-refusal.js';

export const MAX_RETRIED = 10_000;

export interface RetryOutcome {
  retried: number;
  /** How many of the selected recipients stay as they are, by reason. */
  refused: Partial<Record<RetryRefusal, number>>;
  /** There may be more: call again. */
  hasMore: boolean;
}

/** Which failed recipients: the given ones, those that a list with the same filter shows, or both. */
export interface RetryRequest extends RecipientFilter {
  ids: readonly string[] | undefined;
}

interface Choice {
  chosen: string[];
  refused: RetryOutcome['refused'];
  hasMore: boolean;
}

function count(refused: RetryOutcome['refused'], reason: RetryRefusal): void {
  refused[reason] = (refused[reason] ?? 0) + 1;
}

/** Retries failed recipients by hand. The engine never does this on its own. */
@Injectable()
export class RecipientRetries {
  constructor(
    private readonly recipients: Recipients,
    private readonly readiness: CampaignReadiness,
    private readonly consent: Consents,
    private readonly lifecycle: CampaignLifecycle,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async retry(organizationId: string, id: string, { ids, ...wanted }: RetryRequest): Promise<RetryOutcome> {
    const campaign = await campaignsOf(this.database.manager, organizationId).get(id);
    assertCommand('retry', campaign.status);
    const template = await this.readiness.templateOf(campaign);
    if (template !== null && template.status !== 'APPROVED') {
      const detail = `The template ${template.name} is ${template.status}: retry once it is approved.`;
      throw new DomainError('rule', 'template_not_approved', detail);
    }
    const filter = await this.recipients.matching(organizationId, id, wanted);
    const choice = await this.choose(organizationId, id, { ids, filter });
    return this.lifecycle.takeBack(organizationId, id, (tx, now) =>
      this.takeBack(tx, organizationId, id, choice, now),
    );
  }

  /**
   * Without a lock: thousands of recipients that must not be retried may have to be looked through, and no plan waits for
   * that. What is chosen is judged again under the lock.
   */
  private async choose(organizationId: string, id: string, wanted: queries.RetryChoice): Promise<Choice> {
    const { manager } = this.database;
    const now = this.clock.now();
    const refused: RetryOutcome['refused'] = {};
    if (wanted.ids !== undefined) {
      for (const reason of await this.unfit(manager, id, wanted.ids)) count(refused, reason);
    }
    const chosen: string[] = [];
    // Refused recipients stay failed and would be found first again on the next call, so they must not use up the
    // batch.
    let after: string | null = null;
    let isDone = false;
    while (!isDone && chosen.length < MAX_RETRIED) {
      const room = MAX_RETRIED - chosen.length;
      const page: queries.RetryCandidate[] = await queries.findFailed(manager, id, wanted, {
        after,
        limit: room,
      });
      chosen.push(...(await this.fit(manager, organizationId, page, { now, refused })));
      after = page.at(-1)?.id ?? null;
      isDone = page.length < room;
    }
    return { chosen, refused, hasMore: !isDone };
  }

  private async takeBack(
    tx: EntityManager,
    organizationId: string,
    id: string,
    { chosen, refused: before, hasMore }: Choice,
    now: Date,
  ): Promise<RetryOutcome> {
    const refused = { ...before };
    const locked = chosen.length === 0 ? [] : await queries.lockFailed(tx, id, chosen);
    const fit = await this.fit(tx, organizationId, locked, { now, refused });
    const retried = fit.length === 0 ? 0 : await queries.putBack(tx, fit, now);
    return { retried, refused, hasMore };
  }

  /** The ids of those that may be retried; the others are counted by reason. */
  private async fit(
    db: EntityManager,
    organizationId: string,
    candidates: readonly queries.RetryCandidate[],
    { now, refused }: { now: Date; refused: RetryOutcome['refused'] },
  ): Promise<string[]> {
    const numbers = candidates.map(({ phoneNumber }) => phoneNumber);
    const suppressed = await this.consent.suppressedAmong(db, organizationId, numbers);
    return candidates.flatMap((candidate) => {
      const isOptedOut = candidate.isOptedOut || suppressed.has(candidate.phoneNumber);
      const refusal = retryRefusal({ ...candidate, isOptedOut }, now);
      if (refusal === null) return [candidate.id];
      count(refused, refusal);
      return [];
    });
  }

  /** Of the given ids: recipients that are not in this campaign, or have not failed. */
  private async unfit(db: EntityManager, id: string, ids: readonly string[]): Promise<RetryRefusal[]> {
    const states = await queries.statesOf(db, id, ids);
    const known = new Map(states.map((row) => [row.id, row.status]));
    return [...new Set(ids)].flatMap((one): RetryRefusal[] => {
      const status = known.get(one);
      if (status === undefined) return ['not_found'];
      return status === 'failed' ? [] : ['not_failed'];
    });
  }
}
