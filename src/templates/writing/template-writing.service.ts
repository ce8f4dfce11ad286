import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { type Submission, TemplateJournal } from '../history/template-journal.service.js';
import { describeTemplate } from '../rendering/template-parameters.js';
import { withoutSignedExamples } from '../sync/listed-template.js';
import { inUse } from './in-use.js';
import { type Component, type TemplateDraft } from './template-draft.js';
import { TemplateLint } from './template-lint.service.js';
import { TemplateRequests } from './template-requests.service.js';
import * as queries from './template-rows.queries.js';
import { TemplateUse } from './template-use.service.js';

export interface NamedTemplate {
  organizationId: string;
  businessAccountId?: string | undefined;
  name: string;
  language: string;
}

export interface TemplateEdit {
  category?: TemplateDraft['category'] | undefined;
  components: Component[];
}

/** The states in which Meta takes an edit. */
const EDITABLE = ['APPROVED', 'REJECTED', 'PAUSED'];
const IN_REVIEW = ['PENDING', 'IN_APPEAL'];

/** Submits templates to Meta's review and edits them. */
@Injectable()
export class TemplateWriting {
  constructor(
    private readonly database: Database,
    private readonly lint: TemplateLint,
    private readonly requests: TemplateRequests,
    private readonly journal: TemplateJournal,
    private readonly use: TemplateUse,
    private readonly clock: Clock,
  ) {}

  /** Returns the account. The submission is written down before Meta is asked: its budget counts what may have arrived. */
  async create(
    organizationId: string,
    actorId: string | null,
    draft: TemplateDraft & { businessAccountId?: string | undefined },
  ): Promise<string> {
    await this.lint.assertClean(organizationId, draft);
    const account = await this.requests.accountOf(organizationId, draft.businessAccountId);
    const { businessAccountId } = account;
    const { name, language, category } = draft;
    const isNamed = describeTemplate(draft.components, draft.parameterFormat).format === 'named';
    const parameterFormat = isNamed ? 'NAMED' : 'POSITIONAL';
    await this.assertFree(organizationId, { businessAccountId, name, language });
    const submission: Submission = {
      organizationId,
      businessAccountId,
      name,
      language,
      actorId,
      after: category,
    };
    const components = withoutSignedExamples(draft.components);
    const row = { organizationId, businessAccountId, name, language, category, parameterFormat, components };
    const { eventId, id, at } = await this.database.transaction(async (tx) => {
      const event = await this.journal.reserveCreation(tx, submission);
      const known = await queries.lockNamed(tx, organizationId, { businessAccountId, name, language });
      if (known.length > 0) throw alreadyThere(name, language);
      const now = this.clock.now();
      return { eventId: event, id: await queries.storeSubmitted(tx, row, now), at: now };
    });
    const created = await this.requests.attempt(
      { eventId, account, undo: (tx) => queries.undoSubmitted(tx, id, at) },
      async () => {
        const prepared = await this.lint.prepared(organizationId, draft.components, account.token);
        return this.requests.create(account, { ...draft, parameterFormat, components: prepared });
      },
    );
    await queries.storeTaken(this.database.manager, id, created, this.clock.now());
    return businessAccountId;
  }

  /** The account among whose templates a draft would stand, if there is any. */
  async comparedWith(
    organizationId: string,
    businessAccountId: string | undefined,
  ): Promise<string | undefined> {
    const account = await this.requests
      .accountOf(organizationId, businessAccountId)
      .catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
        return undefined;
      });
    return account?.businessAccountId;
  }

  /** A running campaign must be paused first: what it sends would change under it, and wait for review. */
  async edit(named: NamedTemplate, actorId: string | null, edit: TemplateEdit): Promise<string> {
    const { organizationId } = named;
    const known = await this.known(named);
    const category = edit.category ?? known.category;
    const { name, language, businessAccountId } = known;
    const declared = known.parameterFormat === 'NAMED' ? 'NAMED' : undefined;
    await this.lint.assertClean(organizationId, {
      name,
      language,
      category: category as TemplateDraft['category'],
      parameterFormat: declared,
      components: edit.components,
    });
    const account = await this.requests.accountOf(organizationId, businessAccountId);
    const submission = { organizationId, businessAccountId, name, language, actorId };
    const { eventId, row } = await this.database.transaction(async (tx) => {
      const [row] = await queries.lockNamed(tx, organizationId, { businessAccountId, name, language });
      if (row === undefined) throw notFound('template', name);
      assertEditable(row, category);
      const running = await this.use.campaignNames(tx, submission, 'running');
      if (running.length > 0) throw inUse(running, 'Pause them first.');
      const event = await this.journal.reserveEdit(tx, submission, row.status === 'APPROVED');
      return { eventId: event, row };
    });
    await this.requests.attempt({ eventId, account }, async () => {
      const prepared = await this.lint.prepared(organizationId, edit.components, account.token);
      return this.requests.edit(account, row.metaTemplateId, {
        category: edit.category,
        components: prepared,
      });
    });
    const components = withoutSignedExamples(edit.components);
    await queries.storeEdited(this.database.manager, row, { components, category }, this.clock.now());
    return businessAccountId;
  }

  private async known({
    organizationId,
    businessAccountId,
    name,
    language,
  }: NamedTemplate): Promise<queries.KnownRow> {
    const about = { businessAccountId, name, language };
    const [row] = await queries.findNamed(this.database.manager, organizationId, about);
    if (row === undefined) throw notFound('template', `${name.slice(0, 100)} in ${language}`);
    return row;
  }

  private async assertFree(
    organizationId: string,
    { businessAccountId, name, language }: Omit<queries.TemplateName, 'organizationId'>,
  ): Promise<void> {
    const { manager } = this.database;
    const left = await queries.languagesLeft(manager, organizationId, { businessAccountId, name });
    if (left.includes(language)) throw alreadyThere(name, language);
    await this.journal.assertNameFree({
      businessAccountId,
      name,
      language: left.length === 0 ? null : language,
    });
  }
}

function alreadyThere(name: string, language: string): DomainError {
  const detail = `The template ${name} exists in ${language} already. Edit it, or choose another name.`;
  return new DomainError('conflict', 'template_exists', detail);
}

function assertEditable({ name, status, category: before }: queries.KnownRow, category: string): void {
  if (IN_REVIEW.includes(status)) {
    const detail = `Meta is reviewing the template ${name}. It takes an edit when it has decided.`;
    throw new DomainError('conflict', 'template_edit_pending', detail);
  }
  if (!EDITABLE.includes(status)) {
    const detail = `The template ${name} is ${status}. Meta takes edits of approved, rejected and paused ones only.`;
    throw new DomainError('conflict', 'template_not_editable', detail);
  }
  if (status === 'APPROVED' && category !== before) {
    const message = `of an approved template cannot be changed, and is ${before}`;
    throw new DomainError('rule', 'template_lint', `category ${message}.`, {
      errors: [{ field: 'category', message }],
    });
  }
}
