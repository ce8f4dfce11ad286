import { Injectable } from '@nestjs/common';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { sqlState } from '../../platform/database/database.js';
import type { WritePolicy, WriteResult, WriteRow } from '../products/product-write.js';
import { ProductWrites } from '../products/product-writes.service.js';
import type { CsvHeader } from './csv-columns.js';
import { columnNameOf, type ImportRun } from './import-run.js';
import * as queries from './product-import.queries.js';
import { mergeCompliance } from './product-row.js';
import { fromStaged, type StagedProduct } from './staged-product.js';

/** Rows a transaction, and a little more where a product with its variants would be cut. */
const BATCH_ROWS = 2_500;
/** A product with more variants than this is cut after all. */
const MAX_FAMILY = 50_000;
/** Deadlock, serialization failure, and a SKU that another transaction has just taken. */
const RETRIED_STATES = ['40P01', '40001', '23505'];
const ATTEMPTS = 10;

interface Batch {
  rows: StagedProduct[];
  repeated: queries.StagedRow[];
}

/** The second pass: applies the staged rows to the catalog, a few thousand a transaction. */
@Injectable()
export class ImportApplication {
  constructor(
    private readonly writes: ProductWrites,
    private readonly clock: Clock,
  ) {}

  async apply(runner: QueryRunner, run: ImportRun, header: CsvHeader): Promise<void> {
    await queries.openStaged(runner.manager);
    let waiting: queries.StagedRow[] = [];
    for (let isLast = false; !isLast;) {
      const fetched = await queries.fetchStaged(runner.manager, BATCH_ROWS);
      isLast = fetched.length < BATCH_ROWS;
      const all = [...waiting, ...fetched];
      const cut = isLast ? all.length : startOfLastFamily(all);
      waiting = all.slice(cut);
      if (cut > 0) await this.applyBatch(runner, run, header, batchOf(all.slice(0, cut)));
    }
    await queries.closeStaged(runner.manager);
  }

  private async applyBatch(
    runner: QueryRunner,
    run: ImportRun,
    header: CsvHeader,
    batch: Batch,
  ): Promise<void> {
    const results = await this.inTransaction(runner, run.options.isDryRun, (tx) =>
      this.write(tx, run, header, batch.rows),
    );
    for (const { line, sku, lastLine } of batch.repeated) {
      const message = `is repeated: line ${lastLine} has this SKU again, and the last one counts`;
      run.fail(line, sku, [{ field: columnNameOf(header, 'sku'), message }]);
    }
    for (const [index, result] of results.entries()) {
      const row = batch.rows[index];
      if (row !== undefined) count(run, header, row, result);
    }
    const errors = run.takeErrors();
    const { organizationId } = run.place;
    if (errors.length > 0) await queries.insertErrors(runner.manager, run.id, errors);
    await queries.noteProgress(runner.manager, organizationId, run.id, run.counts, this.clock.now());
  }

  /** A dry run does everything and takes it back: only so does it give the same answer. */
  private async inTransaction<T>(
    runner: QueryRunner,
    isTakenBack: boolean,
    work: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await runner.startTransaction();
      try {
        const result = await work(runner.manager);
        await (isTakenBack ? runner.rollbackTransaction() : runner.commitTransaction());
        return result;
      } catch (error) {
        // If the connection broke, nothing is left to roll back.
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        if (attempt === ATTEMPTS || !RETRIED_STATES.includes(sqlState(error) ?? '')) throw error;
      }
    }
  }

  /** Returns what became of each row, without the groups that were made for them. */
  private async write(
    tx: EntityManager,
    run: ImportRun,
    header: CsvHeader,
    rows: readonly StagedProduct[],
  ): Promise<WriteResult[]> {
    const { place, options } = run;
    if (header.hasPartOfCompliance) await completeCompliance(tx, place.catalogId, rows);
    const groups =
      header.hasGroups && options.mode !== 'update' ? await missingGroups(tx, place.catalogId, rows) : [];
    const policy: WritePolicy = { mode: options.mode, stock: options.stock, movement: 'import' };
    const results = await this.writes.apply(
      tx,
      place,
      [...groups, ...rows.map((row) => writeRow(row, header))],
      policy,
    );
    return results.slice(groups.length);
  }
}

/** Where the last family begins: the rows that follow may belong to it. */
function startOfLastFamily(rows: readonly queries.StagedRow[]): number {
  const family = rows.at(-1)?.family;
  const before = rows.findLastIndex((row) => row.family !== family);
  return before === -1 && rows.length >= MAX_FAMILY ? rows.length : before + 1;
}

function batchOf(staged: readonly queries.StagedRow[]): Batch {
  return {
    rows: staged.filter(({ line, lastLine }) => line === lastLine).map((row) => fromStaged(row)),
    repeated: staged.filter(({ line, lastLine }) => line !== lastLine),
  };
}

function writeRow({ sku, parentSku, input, compliance }: StagedProduct, header: CsvHeader): WriteRow {
  if (parentSku !== null) return { kind: 'variant', sku, parent: { sku: parentSku }, input };
  if (compliance === null) return { kind: 'product', sku, input };
  const whole = header.hasPartOfCompliance ? compliance : mergeCompliance(compliance, null);
  return {
    kind: 'product',
    sku,
    input: { ...input, compliance: whole as ReturnType<typeof mergeCompliance> },
  };
}

/** A file with a column for one part of the compliance leaves the other parts as they are. */
async function completeCompliance(
  tx: EntityManager,
  catalogId: string,
  rows: readonly StagedProduct[],
): Promise<void> {
  const skus = rows.filter(({ compliance }) => compliance !== null).map(({ sku }) => sku);
  const known = await queries.complianceOf(tx, catalogId, skus);
  for (const row of rows) {
    if (row.compliance !== null) row.compliance = mergeCompliance(row.compliance, known.get(row.sku) ?? null);
  }
}

/** The products for groups that a feed names and that exist neither in it nor in the catalog. */
async function missingGroups(
  tx: EntityManager,
  catalogId: string,
  rows: readonly StagedProduct[],
): Promise<WriteRow[]> {
  const groups = new Map<string, WriteRow>();
  for (const { parentSku, group } of rows) {
    if (parentSku === null || group === null || groups.has(parentSku)) continue;
    groups.set(parentSku, { kind: 'product', sku: parentSku, input: group });
  }
  for (const { sku } of rows) groups.delete(sku);
  for (const sku of await queries.productsAmong(tx, catalogId, [...groups.keys()])) groups.delete(sku);
  return [...groups.values()];
}

function count(run: ImportRun, header: CsvHeader, { line, sku }: StagedProduct, result: WriteResult): void {
  switch (result.outcome) {
    case 'created':
      run.counts.rowsCreated++;
      return;
    case 'updated':
      run.counts.rowsUpdated++;
      return;
    case 'unchanged':
      run.counts.rowsUnchanged++;
      return;
    case 'refused':
      run.fail(
        line,
        sku,
        result.problems.map(({ field, message }) => ({ field: columnNameOf(header, field), message })),
      );
  }
}
