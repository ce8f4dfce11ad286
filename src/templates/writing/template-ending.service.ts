import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { TemplateJournal } from '../history/template-journal.service.js';
import { inUse } from './in-use.js';
import { TemplateRequests } from './template-requests.service.js';
import * as queries from './template-rows.queries.js';
import { TemplateUse } from './template-use.service.js';

export interface NamedTemplates {
  organizationId: string;
  businessAccountId?: string | undefined;
  name: string;
  /** Undefined: all languages. */
  language?: string | undefined;
}

/** Deletes templates, and takes paused ones up again. */
@Injectable()
export class TemplateEnding {
  constructor(
    private readonly database: Database,
    private readonly requests: TemplateRequests,
    private readonly journal: TemplateJournal,
    private readonly use: TemplateUse,
    private readonly clock: Clock,
  ) {}

  /** Meta first: if the process dies before it is stored here, the next listing says so. */
  async remove(named: NamedTemplates, actorId: string | null): Promise<void> {
    const { organizationId, name, language } = named;
    const found = await this.find(named);
    const { businessAccountId, metaTemplateId } = found[0] ?? absent(named);
    const scope = { organizationId, businessAccountId, name, language: language ?? null };
    const using = await this.use.campaignNames(this.database.manager, scope, 'not-ended');
    if (using.length > 0) throw inUse(using, 'Cancel them, or wait until they have ended.');
    const account = await this.requests.accountOf(organizationId, businessAccountId);
    await this.requests.remove(account, {
      name,
      metaTemplateId: language === undefined ? undefined : metaTemplateId,
    });
    await this.database.transaction(async (tx) => {
      const rows = await queries.lockNamed(tx, organizationId, { businessAccountId, name, language });
      await queries.storeDeleted(
        tx,
        rows.map(({ id }) => id),
        this.clock.now(),
      );
      for (const row of rows) {
        await this.journal.note(tx, {
          organizationId,
          businessAccountId,
          name,
          language: row.language,
          kind: 'deleted',
          before: row.status,
          after: 'DELETED',
          actorId,
        });
      }
    });
  }

  /** Returns the account. */
  async unpause(named: NamedTemplates & { language: string }, actorId: string | null): Promise<string> {
    const { organizationId, name, language } = named;
    const [row = absent(named)] = await this.find(named);
    const { businessAccountId } = row;
    if (row.status !== 'PAUSED') {
      const detail = `The template ${name} is ${row.status}. Only a paused one can be unpaused.`;
      throw new DomainError('conflict', 'template_not_paused', detail);
    }
    const account = await this.requests.accountOf(organizationId, businessAccountId);
    await this.requests.unpause(account, row.metaTemplateId);
    await this.database.transaction(async (tx) => {
      await queries.storeUnpaused(tx, row.id, this.clock.now());
      await this.journal.note(tx, {
        organizationId,
        businessAccountId,
        name,
        language,
        kind: 'unpaused',
        before: row.status,
        after: 'APPROVED',
        actorId,
      });
    });
    return businessAccountId;
  }

  /** Of one account: the one that is named, or the first that has the template. */
  private async find({ organizationId, businessAccountId, name, language }: NamedTemplates) {
    const about = { businessAccountId, name, language };
    const rows = await queries.findNamed(this.database.manager, organizationId, about);
    return rows.filter((row) => row.businessAccountId === rows[0]?.businessAccountId);
  }
}

function absent({ name, language }: NamedTemplates): never {
  const shown = name.slice(0, 100);
  throw notFound('template', language === undefined ? shown : `${shown} in ${language}`);
}
