import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type BusinessAccount, BusinessAccounts } from '../../whatsapp/graph/business-accounts.js';
import type { GraphFailure } from '../../whatsapp/graph/graph-answer.js';
import { GraphClient } from '../../whatsapp/graph/graph.client.js';
import { metaRefusal } from '../../whatsapp/graph/meta-refusal.js';
import { asObject, asText } from '../../whatsapp/json/json-fields.js';
import { TemplateJournal } from '../history/template-journal.service.js';
import { makeDue } from '../sync/template-sync.queries.js';
import type { Component, TemplateDraft } from './template-draft.js';

/** A call that failed, with what is known of its effect. */
class FailedRequest extends Error {
  constructor(
    readonly failure: GraphFailure,
    readonly refusal: DomainError,
  ) {
    super(refusal.message);
  }
}

interface Attempt {
  eventId: string;
  account: BusinessAccount;
  /** Takes back what was stored for it. */
  undo?: (tx: EntityManager) => Promise<void>;
}

const NOT_FOUND = 2_593_002;

/** Meta's calls that change templates. */
@Injectable()
export class TemplateRequests {
  constructor(
    private readonly database: Database,
    private readonly accounts: BusinessAccounts,
    private readonly graph: GraphClient,
    private readonly journal: TemplateJournal,
  ) {}

  /** The one that is named, or that of the default sender. */
  async accountOf(organizationId: string, businessAccountId: string | undefined): Promise<BusinessAccount> {
    const accounts = await this.accounts.of(organizationId);
    const found =
      businessAccountId === undefined
        ? accounts[0]
        : accounts.find((account) => account.businessAccountId === businessAccountId);
    if (found !== undefined) return found;
    const detail =
      businessAccountId === undefined
        ? 'No sender has a businessAccountId, so no account can take a template.'
        : `No sender belongs to the business account ${businessAccountId}.`;
    throw new DomainError('rule', 'business_account_unknown', detail);
  }

  /**
   * Runs a call whose event is written down already. A refusal is noted, uses no budget and is undone. If the answer is
   * lost, everything stays, and the next listing tells what became of it.
   */
  async attempt<T>({ eventId, account, undo }: Attempt, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const failed = error instanceof FailedRequest ? error : undefined;
      if (failed?.failure.outcome === 'in-doubt')
        await makeDue(this.database.manager, account.businessAccountId);
      else {
        await this.database.transaction(async (tx) => {
          if (failed?.failure.outcome === 'refused')
            await this.journal.refused(tx, eventId, failed.refusal.message);
          else await this.journal.dropped(tx, eventId);
          await undo?.(tx);
        });
      }
      throw failed?.refusal ?? error;
    }
  }

  async create(
    { businessAccountId, token }: BusinessAccount,
    { name, language, category, parameterFormat: parameter_format, components }: TemplateDraft,
  ): Promise<{ metaTemplateId: string; status: string; category: string }> {
    const path = `/${encodeURIComponent(businessAccountId)}/message_templates`;
    const body = { name, language, category, parameter_format, components };
    const answer = asObject(await this.post(path, token, body, 'take the template'));
    const word = (field: string): string | undefined => asText(answer?.[field])?.toUpperCase().slice(0, 40);
    return {
      metaTemplateId: asText(answer?.['id'])?.slice(0, 64) ?? '',
      status: word('status') ?? 'PENDING',
      category: word('category') ?? category,
    };
  }

  async edit(
    { token }: BusinessAccount,
    metaTemplateId: string,
    { category, components }: { category: string | undefined; components: Component[] },
  ): Promise<void> {
    const body = { ...(category === undefined ? {} : { category }), components };
    await this.post(`/${encodeURIComponent(metaTemplateId)}`, token, body, 'take the edit');
  }

  async unpause({ token }: BusinessAccount, metaTemplateId: string): Promise<void> {
    const path = `/${encodeURIComponent(metaTemplateId)}/unpause`;
    await this.plainly(this.request('POST', path, { token }, 'unpause the template'));
  }

  /** Without an id all languages of the name. What is gone already is as good as deleted. */
  async remove(
    { businessAccountId, token }: BusinessAccount,
    { name, metaTemplateId }: { name: string; metaTemplateId?: string | undefined },
  ): Promise<void> {
    const query = { name, hsm_id: metaTemplateId };
    const path = `/${encodeURIComponent(businessAccountId)}/message_templates`;
    const call = this.request('DELETE', path, { token, query }, 'delete the template');
    await this.plainly(
      call.catch((error: unknown) => {
        if (!(error instanceof FailedRequest) || error.failure.error.subcode !== NOT_FOUND) throw error;
      }),
    );
  }

  /** For calls that can simply be repeated: what they throw is the refusal alone. */
  private async plainly(call: Promise<unknown>): Promise<void> {
    await call.catch((error: unknown) => {
      throw error instanceof FailedRequest ? error.refusal : error;
    });
  }

  private async post(path: string, token: string, body: unknown, task: string): Promise<unknown> {
    return this.request('POST', path, { token, body }, task);
  }

  private async request(
    method: 'POST' | 'DELETE',
    path: string,
    call: { token: string; body?: unknown; query?: Record<string, string | undefined> },
    task: string,
  ): Promise<unknown> {
    const answer = await this.graph.request(method, path, call);
    if (answer.outcome === 'ok') return answer.body;
    throw new FailedRequest(answer, metaRefusal(answer, task, call.token));
  }
}
