import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { notFound } from '../rules/errors/domain-error.js';
import { type CursorQuery, decodeCursor, encodeCursor, pageOf } from '../platform/http/paging.js';
import { ConsentEventDto, type ConsentPageDto } from './people/consent.dto.js';
import { countEvents, listEvents } from './consent/consent.queries.js';
import { findProfile } from './profiles/profiles.queries.js';

@Injectable()
export class ConsentHistoryService {
  constructor(private readonly database: Database) {}

  async list(organizationId: string, profileId: string, query: CursorQuery): Promise<ConsentPageDto> {
    const { manager } = this.database;
    if ((await findProfile(manager, organizationId, profileId)) === undefined) {
      throw notFound('customer', profileId);
    }
    const { page, limit, offset } = pageOf(query);
    const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ['uuid'])[0]);
    const rows = await listEvents(manager, organizationId, profileId, {
      before,
      limit: limit + 1,
      offset: before === undefined ? offset : 0,
    });
    const data = rows.slice(0, limit).map((row) => ConsentEventDto.of(row));
    const last = data.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
    if (before !== undefined) return { data, limit, nextCursor };
    return { data, page, limit, total: await countEvents(manager, organizationId, profileId), nextCursor };
  }
}
