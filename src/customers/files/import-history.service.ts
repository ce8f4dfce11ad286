import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { type CursorQuery, decodeCursor, encodeCursor, pageOf } from '../../platform/http/paging.js';
import { CustomerImportDto, type CustomerImportPageDto } from './customer-import.dto.js';
import * as queries from './customer-import.queries.js';

/** What imports there were and how far they are. */
@Injectable()
export class ImportHistoryService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async get(organizationId: string, id: string): Promise<CustomerImportDto> {
    await this.closeAbandoned(organizationId);
    const found = await queries.findImport(this.database.manager, organizationId, id);
    if (found === undefined) throw notFound('import', id);
    return CustomerImportDto.of(found);
  }

  async list(organizationId: string, query: CursorQuery): Promise<CustomerImportPageDto> {
    await this.closeAbandoned(organizationId);
    const { manager } = this.database;
    const { page, limit, offset } = pageOf(query);
    const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ['uuid'])[0]);
    const rows = await queries.listImports(manager, organizationId, {
      before,
      limit: limit + 1,
      offset: before === undefined ? offset : 0,
    });
    const data = rows.slice(0, limit).map((row) => CustomerImportDto.of(row));
    const last = data.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
    if (before !== undefined) return { data, limit, nextCursor };
    return { data, page, limit, total: await queries.countImports(manager, organizationId), nextCursor };
  }

  /** An import whose process was killed could not say so; whoever looks finds that nobody holds it any more. */
  private async closeAbandoned(organizationId: string): Promise<void> {
    for (const id of await queries.runningImports(this.database.manager, organizationId)) {
      await this.database.dataSource.transaction(async (tx) => {
        if (!(await queries.isImportAbandoned(tx, id))) return;
        await queries.finishImport(tx, organizationId, id, {
          status: 'interrupted',
          reason: 'The process that ran it is gone. The same file again completes it.',
          now: this.clock.now(),
        });
      });
    }
  }
}
