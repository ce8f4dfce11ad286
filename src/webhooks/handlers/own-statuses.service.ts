import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { MessageLog } from '../../messages/log/message-log.service.js';
import { Outbox } from '../../messages/outbox/outbox.service.js';
import type { StatusEvent } from '../../whatsapp/parsing/webhook-events.js';
import { WebhookMetrics } from '../inbox/webhook-metrics.service.js';
import type { OwnedItem } from '../processing/webhook-items.js';
import { attemptRefOf, matchStatuses, type OwnStatus, unnamedMessages } from './match-statuses.js';

/** Finds the messages that statuses are about. */
@Injectable()
export class OwnStatuses {
  constructor(
    private readonly log: MessageLog,
    private readonly outbox: Outbox,
    private readonly metrics: WebhookMetrics,
  ) {}

  /** One query for most batches: the callback data is looked up only for statuses that Meta's id does not find. */
  async among(tx: EntityManager, statuses: readonly OwnedItem<StatusEvent>[]): Promise<OwnStatus[]> {
    const wamids = statuses.map(({ item }) => item.wamid);
    const known = await this.log.findAttempts(tx, { wamids, refs: [] });
    const named = new Set(known.map(({ wamid }) => wamid));
    const refs = statuses.flatMap(({ item }) => (named.has(item.wamid) ? [] : (attemptRefOf(item) ?? [])));
    const found = [...known, ...(await this.log.findAttempts(tx, { wamids: [], refs }))];
    const ids = unnamedMessages(statuses, found);
    const owners = ids.length === 0 ? [] : await this.outbox.ownersOf(tx, ids);
    return matchStatuses(statuses, found, owners);
  }

  /** For messages that other tools send from the same number. As failed items they would pile up. */
  countUnknown(statuses: number): void {
    this.metrics.unknownStatuses.inc(statuses);
  }
}
