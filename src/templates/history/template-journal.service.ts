import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { type CursorQuery, type Page, pageFrom } from '../../platform/http/paging.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { TemplateNewsEvents } from './template-news-events.service.js';
import { type Budget, CREATIONS, EDITS, waitFor } from './template-budget.js';
import type { NewEvent } from './new-event.js';
import type { TemplateEvent } from './template-event.entity.js';
import * as queries from './template-events.queries.js';

const DAY_MS = 24 * 3_600_000;
/** Meta does not take the name of an approved template again for this long after its deletion. */
const NAME_BLOCK_MS = 30 * DAY_MS;

export type Submission = Omit<NewEvent, 'kind'>;

/** Writes down what happens to templates, and counts what is left of Meta's budgets by it. */
@Injectable()
export class TemplateJournal {
  constructor(
    private readonly database: Database,
    private readonly events: TemplateNewsEvents,
    private readonly clock: Clock,
  ) {}

  /** Takes one creation of the account's hour, before Meta is asked. */
  async reserveCreation(tx: EntityManager, submission: Submission): Promise<string> {
    await queries.lockBudget(tx, submission.businessAccountId);
    await this.assertLeft(tx, submission, 'submitted', CREATIONS);
    return queries.insertEvent(tx, { ...submission, kind: 'submitted' }, this.clock.now());
  }

  /** Takes one edit; only those of approved templates are counted by Meta. */
  async reserveEdit(tx: EntityManager, submission: Submission, isCounted: boolean): Promise<string> {
    await queries.lockBudget(tx, submission.businessAccountId);
    if (isCounted) await this.assertLeft(tx, submission, 'edited', EDITS);
    return queries.insertEvent(tx, { ...submission, kind: 'edited' }, this.clock.now());
  }

  async refused(tx: EntityManager, id: string, reason: string): Promise<void> {
    await queries.markRefused(tx, id, reason.slice(0, 2_000));
  }

  async dropped(tx: EntityManager, id: string): Promise<void> {
    await queries.dropEvent(tx, id);
  }

  async note(tx: EntityManager, event: NewEvent): Promise<void> {
    const now = this.clock.now();
    await queries.insertEvent(tx, event, now);
    await this.events.changed(tx, [event], now);
  }

  /** `language` null: no language of the name is left, so any deletion blocks it. */
  async assertNameFree(about: {
    businessAccountId: string;
    name: string;
    language: string | null;
  }): Promise<void> {
    const since = new Date(this.clock.now().getTime() - NAME_BLOCK_MS);
    const deletedAt = await queries.deletedSince(this.database.manager, about, since);
    if (deletedAt === undefined) return;
    const until = new Date(deletedAt.getTime() + NAME_BLOCK_MS).toISOString();
    const detail = `An approved template ${about.name} was deleted. Meta takes its name again from ${until} on: choose another.`;
    throw new DomainError('rule', 'template_name_blocked', detail);
  }

  async history<Item extends { id: string }>(
    about: { organizationId: string; name: string; language: string | undefined },
    query: CursorQuery,
    show: (event: TemplateEvent) => Item,
  ): Promise<Page<Item>> {
    const { manager } = this.database;
    return pageFrom(query, {
      rows: (place) => queries.listEvents(manager, about, place),
      count: () => queries.countEvents(manager, about),
      show,
    });
  }

  private async assertLeft(
    tx: EntityManager,
    { businessAccountId, name, language }: Submission,
    kind: string,
    budget: Budget,
  ): Promise<void> {
    const now = this.clock.now();
    const times = await queries.latestTimes(tx, {
      businessAccountId,
      kind,
      since: new Date(now.getTime() - Math.max(...budget.limits.map(({ withinMs }) => withinMs))),
      ...(budget.perTemplate ? { template: { name, language } } : {}),
      limit: Math.max(...budget.limits.map(({ most }) => most)),
    });
    const waitMs = waitFor(budget, times, now);
    if (waitMs === 0) return;
    throw new DomainError('rate', 'template_budget', budget.detail, {
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    });
  }
}
