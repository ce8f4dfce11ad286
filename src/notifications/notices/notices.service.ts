import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { actorOf, type Principal } from '../../platform/http/principal.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import * as queries from './notices.queries.js';

export type { Notice } from './notices.queries.js';

/** What people of an organization are told. Each notice is an event too. */
@Injectable()
export class Notices {
  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  async tell(tx: EntityManager, notices: readonly queries.NewNotice[]): Promise<void> {
    if (notices.length === 0) return;
    const now = this.clock.now();
    const rows = notices.map((notice) => ({ ...notice, id: uuidV7() }));
    await queries.insertNotices(tx, rows, now);
    await this.events.record(
      tx,
      rows.map(({ id, organizationId, kind, text, objectKind, objectId }) => ({
        ...{ organizationId, customerId: null, objectId: id, occurredAt: now },
        kind: 'notification.created' as const,
        data: { id, at: now.toISOString(), kind, text, objectKind, objectId },
      })),
    );
  }

  async list(
    caller: Principal,
    unread: boolean,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<queries.Notice[]> {
    const { manager } = this.database;
    return queries.listNotices(manager, caller.organizationId, {
      ...place,
      unread,
      reader: readerOf(caller),
    });
  }

  async count(caller: Principal, unread: boolean): Promise<number> {
    const { manager } = this.database;
    return queries.countNotices(manager, caller.organizationId, { unread, reader: readerOf(caller) });
  }

  async read(caller: Principal, id: string): Promise<queries.Notice> {
    const reading = { reader: readerOf(caller), now: this.clock.now() };
    const notice = await this.database.transaction((tx) =>
      queries.markRead(tx, caller.organizationId, id, reading),
    );
    if (notice === undefined) throw notFound('notification', id);
    return notice;
  }
}

function readerOf(caller: Principal): string {
  return actorOf(caller) ?? caller.organizationId;
}
