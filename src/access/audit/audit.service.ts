import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { type CursorQuery, decodeCursor, encodeCursor, pageOf } from '../../platform/http/paging.js';
import { AuditEntryDto, type AuditPageDto } from '../keys/key.dto.js';
import { countAudit, listAudit } from '../organizations/organizations.queries.js';

@Injectable()
export class AuditService {
  constructor(private readonly database: Database) {}

  async list(organizationId: string, query: CursorQuery): Promise<AuditPageDto> {
    const { page, limit, offset } = pageOf(query);
    const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ['uuid'])[0]);
    const rows = await listAudit(this.database.manager, organizationId, {
      before,
      limit: limit + 1,
      offset: before === undefined ? offset : 0,
    });
    const data = rows.slice(0, limit).map((row) => AuditEntryDto.of(row));
    const last = data.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
    if (before !== undefined) return { data, limit, nextCursor };
    return { data, page, limit, total: await countAudit(this.database.manager, organizationId), nextCursor };
  }
}
