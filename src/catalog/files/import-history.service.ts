import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { Catalogs } from '../catalogs/catalogs.service.js';
import type { ImportError } from './import-run.js';
import type { ProductImport } from './product-import.entity.js';
import * as queries from './product-import.queries.js';

const SHOWN_ERRORS = 20;

/** The imports of a catalog and their progress. */
@Injectable()
export class ProductImportHistory {
  constructor(
    private readonly database: Database,
    private readonly catalogs: Catalogs,
    private readonly clock: Clock,
  ) {}

  /** With its first errors. */
  async get(place: queries.ImportPlace, id: string): Promise<{ row: ProductImport; errors: ImportError[] }> {
    await this.closeAbandoned(place);
    const { manager } = this.database;
    const row = await queries.findImport(manager, place, id);
    if (row === undefined) throw notFound('import', id);
    return { row, errors: await queries.errorsAfter(manager, id, { line: 0, field: '' }, SHOWN_ERRORS) };
  }

  /** Newest first, from the import after `before`. */
  async list(
    place: queries.ImportPlace,
    page: { before: string | undefined; limit: number; offset: number },
  ): Promise<ProductImport[]> {
    await this.catalogs.get(place.organizationId, place.catalogId);
    await this.closeAbandoned(place);
    return queries.listImports(this.database.manager, place, page);
  }

  async count(place: queries.ImportPlace): Promise<number> {
    return queries.countImports(this.database.manager, place);
  }

  /** An import whose process was killed could not report it. Readers find that no connection holds its lock any more. */
  private async closeAbandoned(place: queries.ImportPlace): Promise<void> {
    for (const id of await queries.runningImports(this.database.manager, place)) {
      await this.database.dataSource.transaction(async (tx) => {
        if (!(await queries.isImportAbandoned(tx, id))) return;
        await queries.finishImport(tx, place.organizationId, id, {
          status: 'interrupted',
          reason: 'The process that ran the import has died. Import the same file again to complete it.',
          now: this.clock.now(),
        });
      });
    }
  }
}
