import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { csvLines } from '../../platform/csv/csv-lines.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { Catalogs } from '../catalogs/catalogs.service.js';
import { CSV_HEADER } from './csv-columns.js';
import { type ExportedProduct, productCells, variantCells } from './product-cells.js';
import type { ImportError } from './import-run.js';
import * as exported from './product-export.queries.js';
import { errorsAfter, findImport, type ImportPlace, linesWithErrors } from './product-import.queries.js';

const BATCH = 1_000;

/**
 * Writes files while they are sent. Between two batches it holds no connection and no open transaction, so a caller
 * may take an hour over a slow line without blocking the database's clean-up.
 */
@Injectable()
export class ProductExport {
  constructor(
    private readonly database: Database,
    private readonly catalogs: Catalogs,
  ) {}

  async productsCsv(organizationId: string, catalogId: string): Promise<Readable> {
    await this.catalogs.get(organizationId, catalogId);
    const { manager } = this.database;
    const batches = async function* (): AsyncGenerator<string> {
      yield csvLines([CSV_HEADER], '\r\n');
      for (let after: string | undefined; ;) {
        const products = await exported.productsAfter(manager, catalogId, after, BATCH);
        if (products.length > 0) yield csvLines(await cellsOf(manager, products), '\r\n');
        if (products.length < BATCH) return;
        after = products.at(-1)?.id;
      }
    };
    return Readable.from(batches());
  }

  async errorsCsv(place: ImportPlace, importId: string): Promise<Readable> {
    const { manager } = this.database;
    const found = await findImport(manager, place, importId);
    if (found === undefined) throw notFound('import', importId);
    const batches = async function* (): AsyncGenerator<string> {
      yield csvLines([['line', 'sku', 'field', 'message']]);
      for (let after: Pick<ImportError, 'line' | 'field'> = { line: 0, field: '' }; ;) {
        const errors = await errorsAfter(manager, importId, after, BATCH);
        const rows = errors.map(({ line, sku, field, message }) => [line, sku, field, message]);
        if (rows.length > 0) yield csvLines(rows);
        const last = errors.at(-1);
        if (errors.length < BATCH || last === undefined) break;
        after = last;
      }
      const unlisted = found.rowsFailed - (await linesWithErrors(manager, importId));
      if (unlisted > 0) yield csvLines([[null, null, null, `${unlisted} more rejected rows are not listed`]]);
    };
    return Readable.from(batches());
  }
}

/** Each product followed by its variants. */
async function cellsOf(manager: EntityManager, products: readonly ExportedProduct[]): Promise<string[][]> {
  const variants = await exported.variantsOf(
    manager,
    products.map(({ id }) => id),
  );
  const byProduct = Map.groupBy(variants, ({ productId }) => productId);
  return products.flatMap((product) => [
    productCells(product),
    ...(byProduct.get(product.id) ?? []).map((variant) => variantCells(variant, product)),
  ]);
}
