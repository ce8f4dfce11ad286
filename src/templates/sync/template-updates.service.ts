import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { unstorable } from '../../platform/database/storable-text.js';
import { afterEvent, endOf, timeOf, wholeSecond } from '../../whatsapp/parsing/event-order.js';
import type { TemplateEvent } from '../../whatsapp/parsing/webhook-events.js';
import { reasonText, statusAfter } from './status-after.js';
import { makeDue } from './template-sync.queries.js';
import { changesOf } from '../history/changes-of.js';
import { TemplateJournal } from '../history/template-journal.service.js';
import type { KnownTemplate, TemplateChange } from './template-updates.queries.js';
import * as queries from './template-updates.queries.js';
import { updatedComponents } from './updated-components.js';

type EventOf<K extends TemplateEvent['kind']> = Extract<TemplateEvent, { kind: K }>;

/** What an event changed in one organization, for the callers that act on it. */
export interface TemplateUpdate {
  organizationId: string;
  templateId: string;
  businessAccountId: string;
  name: string;
  language: string;
  before: { status: string; category: string };
  after: { status: string; category: string };
}

/**
 * The transaction it is part of, and which organizations the news may reach: not every one that names the account.
 */
export interface NewsScope {
  tx: EntityManager;
  organizationIds: readonly string[];
}

interface ApplyOptions {
  isEnd?: boolean;
  needsListing?: boolean;
  scope: NewsScope | undefined;
}

/** The width of the columns; Meta documents no longer word. */
const MAX_WORD = { status: 40, quality: 20 };

/**
 * Applies webhook events about templates. They may repeat and arrive in any order: an event older than the last
 * listing, or than the last event of its kind, changes nothing.
 */
@Injectable()
export class TemplateUpdates {
  constructor(
    private readonly database: Database,
    private readonly journal: TemplateJournal,
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
        // An event that changes no status leaves the reason of the present one.
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

  /** Only a listing has the whole edit, so the account is listed again soon. */
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
        const after = afterEvent(template.lastEvents[event.kind], event, now);
        if (after === null || isListedSince(template, timeOf(event, now))) continue;
        const change = changeOf(template);
        await queries.changeTemplate(tx, template.id, change, {
          lastEvents: { [event.kind]: after },
          asOf: endOf(event, now),
          now,
        });
        const { statusReason = null, ...facts } = change;
        for (const news of changesOf(template, template, { ...template, ...facts }, statusReason))
          await this.journal.note(tx, news);
        updates.push(updateOf(template, change));
      }
      // An unknown template was created at Meta: the next listing brings it.
      const isListingDue = known.length === 0 || (needsListing && updates.length > 0);
      if (isListingDue && event.wabaId !== null) await makeDue(tx, event.wabaId);
      return updates;
    };
    return scope === undefined ? this.database.transaction(work) : work(scope.tx);
  }
}

/** Within the same second the event may be the newer one. */
function isListedSince({ listedAt }: KnownTemplate, at: Date): boolean {
  return listedAt !== null && wholeSecond(listedAt) > at;
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
