import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { MinuteOfCalls } from './sync-pace.js';
import type { RunProgress } from './sync-run.js';

/** The pages of a run show the first problems; a catalog with a million bad items must not make a row of 1 GB. */
const MOST_PROBLEMS = 100;
const MOST_PLANNED = 1_000;

/** Undefined: the run is no longer held with this lease. */
export async function keepRun(
  tx: EntityManager,
  runId: string,
  held: Date,
  until: Date,
  now: Date,
  { counts = {}, problems = [], plan = [], phase, memory = {} }: RunProgress,
): Promise<{ stopRequested: boolean } | undefined> {
  const more = problems.slice(0, MOST_PROBLEMS).map((problem) => ({ ...problem, at: now.toISOString() }));
  return firstOf(
    tx,
    sql`WITH kept AS (
          UPDATE whatsapp_sync_runs AS run
             SET lease_until = ${until}, waiting_until = NULL, updated_at = ${now},
                 phase = coalesce(${phase ?? null}, phase),
                 progress = progress || ${JSON.stringify(memory)}::jsonb,
                 created = created + ${counts.created ?? 0}, updated = updated + ${counts.updated ?? 0},
                 deleted = deleted + ${counts.deleted ?? 0},
                 pulled_created = pulled_created + ${counts.pulledCreated ?? 0},
                 pulled_updated = pulled_updated + ${counts.pulledUpdated ?? 0},
                 conflicts = conflicts + ${counts.conflicts ?? 0}, rejected = rejected + ${counts.rejected ?? 0},
                 not_ready = not_ready + ${counts.notReady ?? 0}, unchanged = unchanged + ${counts.unchanged ?? 0},
                 missing = missing + ${counts.missing ?? 0},
                 calls_write = calls_write + ${counts.callsWrite ?? 0},
                 calls_poll = calls_poll + ${counts.callsPoll ?? 0},
                 calls_read = calls_read + ${counts.callsRead ?? 0},
                 problems = CASE WHEN jsonb_array_length(problems) >= ${MOST_PROBLEMS} THEN problems
                                 ELSE problems || ${JSON.stringify(more)}::jsonb END,
                 plan = CASE WHEN is_dry_run AND coalesce(jsonb_array_length(plan), 0) < ${MOST_PLANNED}
                             THEN coalesce(plan, '[]') || ${JSON.stringify(plan.slice(0, MOST_PLANNED))}::jsonb
                             ELSE plan END
           WHERE id = ${runId} AND status = 'running' AND lease_until = ${held}
          RETURNING stop_requested)
        SELECT stop_requested AS "stopRequested" FROM kept`,
  );
}

/** A read that starts again counts again what stands as it is. What it has pulled is ours already, and stays counted. */
export async function forgetReadCounts(tx: EntityManager, runId: string): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_sync_runs
           SET unchanged = 0, conflicts = 0, missing = 0,
               problems = (SELECT coalesce(jsonb_agg(problem ORDER BY place), '[]')
                             FROM jsonb_array_elements(problems) WITH ORDINALITY AS known (problem, place)
                            WHERE problem ->> 'code' NOT IN ('item_not_taken', 'read_incomplete'))
         WHERE id = ${runId}`,
  );
}

/** A dry run that is taken over starts at the beginning: what it has planned so far is in the memory of a dead worker. */
export async function forgetPlan(tx: EntityManager, runId: string): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_sync_runs
           SET plan = NULL, created = 0, updated = 0, deleted = 0, pulled_created = 0, pulled_updated = 0,
               not_ready = 0
         WHERE id = ${runId}`,
  );
}

export async function callsOfHour(
  db: EntityManager,
  catalogId: string,
  kind: 'write' | 'read',
  since: Date,
): Promise<MinuteOfCalls[]> {
  return rowsOf(
    db,
    sql`SELECT minute, calls FROM whatsapp_sync_calls
         WHERE catalog_id = ${catalogId} AND kind = ${kind} AND minute >= ${since} ORDER BY minute`,
  );
}

export async function addCall(
  tx: EntityManager,
  { organizationId, catalogId }: { organizationId: string; catalogId: string },
  kind: 'write' | 'read',
  minute: Date,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO whatsapp_sync_calls AS known (organization_id, catalog_id, kind, minute, calls)
        VALUES (${organizationId}, ${catalogId}, ${kind}, ${minute}, 1)
        ON CONFLICT (catalog_id, kind, minute) DO UPDATE SET calls = known.calls + 1`,
  );
}

/** Automatic pushes have a budget of their own, so that a busy shop leaves room for a person who syncs by hand. */
export async function automaticCalls(
  db: EntityManager,
  catalogId: string,
  since: Date,
): Promise<MinuteOfCalls[]> {
  return rowsOf(
    db,
    sql`SELECT date_trunc('minute', batch.sent_at) AS minute, count(*)::int AS calls
          FROM whatsapp_sync_batches AS batch
          JOIN whatsapp_sync_runs AS run ON run.id = batch.run_id
         WHERE batch.catalog_id = ${catalogId} AND run.trigger = 'auto' AND batch.sent_at >= ${since}
         GROUP BY 1 ORDER BY 1`,
  );
}
