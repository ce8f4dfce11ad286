import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import type { OwnKind } from '../../events/event-kinds.js';
import type { NewEvent } from './new-event.js';
import { shownTemplates } from './template-events.queries.js';

/** What the history of templates says of their status and quality, as events. */
@Injectable()
export class TemplateNewsEvents {
  constructor(private readonly events: DomainEvents) {}

  /** After the change: the events show the templates as they are now. */
  async changed(tx: EntityManager, news: readonly NewEvent[], occurredAt: Date): Promise<void> {
    const wanted = news.flatMap((one) => {
      const kind = kindOf(one);
      return kind !== undefined && this.events.wanted(one.organizationId, kind) ? [{ ...one, kind }] : [];
    });
    if (wanted.length === 0) return;
    const templates = await shownTemplates(tx, wanted);
    await this.events.record(
      tx,
      wanted.flatMap(({ organizationId, kind, before, after, reason = null }, place) => {
        const template = templates.get(place);
        if (template === undefined) return [];
        const data = { ...template, from: before, to: after, reason };
        return [{ organizationId, kind, customerId: null, objectId: template.id, data, occurredAt }];
      }),
    );
  }
}

/** Undefined: it concerns neither. */
function kindOf({ kind, before = null, after = null }: NewEvent): OwnKind | undefined {
  if (before === after || kind === 'category_changed') return undefined;
  return kind === 'quality_changed' ? 'template.quality_changed' : 'template.status_changed';
}
