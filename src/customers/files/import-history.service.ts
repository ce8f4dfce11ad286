import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import type { CustomerImport } from './customer-import.entity.js';
import * as queries from './customer-import.queries.js';

/** The imports of an organization and their progress. */
@Injectable()
export class ImportHistory {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async get(organizationId: string, id: string): Promise<CustomerImport> {
    await this.closeAbandoned(organizationId);
    const found = await queries.findImport(this.database.manager, organizationId, id);
    if (found === undefined) throw notFound('import', id);
    return found;
  }

  /** Newest first, from the import after `before`. */
  async list(
    organizationId: string,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<CustomerImport[]> {
    await this.closeAbandoned(organizationId);
    return queries.listImports(this.database.manager, organizationId, place);
  }

  async count(organizationId: string): Promise<number> {
    return queries.countImports(this.database.manager, organizationId);
  }

  /** An import whose process was killed could not report it. Readers find that no connection holds its lock any more. */
  private async closeAbandoned(organizationId: string): Promise<void> {
    for (const id of await queries.runningImports(this.database.manager, organizationId)) {
      await this.database.dataSource.transaction(async (tx) => {
        if (!(await queries.isImportAbandoned(tx, id))) return;
        await queries.finishImport(tx, organizationId, id, {
          status: 'interrupted',
          reason: 'The process that ran the import has died. Import the same file again to complete it.',
          now: this.clock.now(),
        });
      });
    }
  }
}
