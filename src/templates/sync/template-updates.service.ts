import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { unstorable } from '../../platform/database/storable-text.js';
import type { TemplateEvent } from '../../whatsapp/parsing/webhook-events.js';
import { reasonText, statusAfter } from './status-after.js';
import { makeDue } from './template-sync.queries.js';
import type { KnownTemplate, TemplateChange } from './template-updates.queries.js';
import * as queries from './template-updates.queries.js';
import { updatedComponents } from './updated-components.js';

type EventOf<K extends TemplateEvent['kind']> = Extract<TemplateEvent, { kind: K }>;

/** What an event changed in one organization, for those who must act on it. */
export interface TemplateUpdate {
  organizationId: string;
  templateId: string;
  businessAccountId: string;
  name: string;
  language: string;
  before: { status: string; category: string };
  after: { status: string; category: string };
}

/** The transaction it is part of, and whom the news may reach: not everybody who names an account of theirs. */
export interface NewsScope {
  tx: EntityManager;
  organizationIds: readonly string[];
}

interface ApplyOptions {
  isEnd?: boolean;
  needsListing?: boolean;
  scope: NewsScope | undefined;
}

/** The columns end there; a longer word is none that Meta has documented. */
const MAX_WORD = { status: 40, quality: 20 };

/** News of Meta's webhook about templates. They may come twice and in any order; a listing has the last word. */
@Injectable()
export class TemplateUpdates {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async applyStatusUpdate(event: EventOf<'status'>, scope?: NewsScope): Promise<TemplateUpdate[]> {
    const status = statusAfter(event.event);
    const category = event.category?.toUpperCase().slice(0, MAX_WORD.status);
    const reason = reasonText(event);
    const isEnd = status === 'DELETED' || status === 'PENDING_DELETION';
    return this.apply(
      event,
      () => ({
        ...(status === null ? {} : { status }),
        // An event that changes no status says nothing against the reason of the present one.
        ...(status === null && reason === null ? {} : { statusReason: reason }),
        ...(category === undefined ? {} : { category }),
      }),
      { isEnd, needsListing: status === null, scope },
    );
  }

  async applyQualityUpdate(event: EventOf<'quality'>, scope?: NewsScope): Promise<TemplateUpdate[]> {
    const qualityScore = event.current.toUpperCase().slice(0, MAX_WORD.quality);
    return this.apply(event, () => ({ qualityScore }), { scope });
  }

  async applyCategoryUpdate(event: EventOf<'category'>, scope?: NewsScope): Promise<TemplateUpdate[]> {
    const word = (text: string | null): string | null =>
      text?.toUpperCase().slice(0, MAX_WORD.status) ?? null;
    const category = word(event.category);
    const nextCategory = word(event.nextCategory);
    return this.apply(event, () => ({ ...(category === null ? {} : { category }), nextCategory }), { scope });
  }

  /** Only a listing tells the whole of an edit, so the account is listed again soon. */
  async applyComponentsUpdate(event: EventOf<'components'>, scope?: NewsScope): Promise<TemplateUpdate[]> {
    const isReadable = unstorable(event.raw) === undefined;
    const change = ({ components }: KnownTemplate): TemplateChange =>
      isReadable ? { components: updatedComponents(components, event.raw) } : {};
    return this.apply(event, change, { needsListing: true, scope });
  }

  private async apply(
    event: TemplateEvent,
    changeOf: (known: KnownTemplate) => TemplateChange,
    { isEnd = false, needsListing = false, scope }: ApplyOptions,
  ): Promise<TemplateUpdate[]> {
    const organizations = scope?.organizationIds ?? null;
    const work = async (tx: EntityManager): Promise<TemplateUpdate[]> => {
      const known = await queries.lockTemplates(tx, event, isEnd, organizations);
      const now = this.clock.now();
      const updates: TemplateUpdate[] = [];
      for (const template of known) {
        const change = changeOf(template);
        await queries.changeTemplate(tx, template.id, change, now);
        updates.push(updateOf(template, change));
      }
      // A template nobody knows here was made at Meta: the next listing brings it.
      if ((needsListing || known.length === 0) && event.wabaId !== null) await makeDue(tx, event.wabaId);
      return updates;
    };
    return scope === undefined ? this.database.transaction(work) : work(scope.tx);
  }
}

function updateOf(template: KnownTemplate, change: TemplateChange): TemplateUpdate {
  const { id: templateId, organizationId, businessAccountId, name, language, status, category } = template;
  return {
    organizationId,
    templateId,
    businessAccountId,
    name,
    language,
    before: { status, category },
    after: { status: change.status ?? status, category: change.category ?? category },
  };
}
