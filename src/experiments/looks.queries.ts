import type { EntityManager } from 'typeorm';
import type { VariantFigures } from '../campaigns/variants/experiment.js';
import { execute, firstOf, rowsOf, sql } from '../platform/database/sql.js';
import type { Verdict } from './judge-experiment.js';
import type { ObservedVariant } from './observed.js';

/** What was counted at a look; everything that is said of it follows from this and the experiment. */
export interface Looked {
  variants: ObservedVariant[];
  winner: number | null;
  /** The test was over: everybody's time had come. */
  reached: boolean;
  /** Somebody was asked to decide, at this look or before. */
  hasAsked: boolean;
  /** The counters of the variants then: while they are the same, nobody has come or been sent to. */
  figures: VariantFigures[];
}

export interface Look {
  at: Date;
  looked: Looked;
  verdict: Verdict;
}

const LOOK = sql`at, looked, verdict`;
const OVER = sql`c.status IN ('completed', 'cancelled', 'failed')`;

/**
 * False: another process looks at it, and does the same. Until the end of the transaction. Not by the experiment's row,
 * which commands take while they hold the campaign and the plan: they must not wait until a million people are counted.
 */
export async function beginLook(tx: EntityManager, campaignId: string): Promise<boolean> {
  const row = await firstOf<{ isMine: boolean }>(
    tx,
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`experiment look ${campaignId}`}, 0)) AS "isMine"`,
  );
  return row?.isMine === true;
}

export async function lastLook(db: EntityManager, campaignId: string): Promise<Look | undefined> {
  return firstOf(
    db,
    sql`SELECT ${LOOK} FROM experiment_looks WHERE campaign_id = ${campaignId} ORDER BY at DESC LIMIT 1`,
  );
}

export async function countLooks(db: EntityManager, campaignId: string): Promise<number> {
  const row = await firstOf<{ looks: number }>(
    db,
    sql`SELECT count(*)::int AS looks FROM experiment_looks WHERE campaign_id = ${campaignId}`,
  );
  return row?.looks ?? 0;
}

/** The newest first. */
export async function listLooks(
  db: EntityManager,
  campaignId: string,
  { before, limit, offset }: { before: Date | undefined; limit: number; offset: number },
): Promise<Look[]> {
  return rowsOf(
    db,
    sql`SELECT ${LOOK} FROM experiment_looks
         WHERE campaign_id = ${campaignId} AND (${before ?? null}::timestamptz IS NULL OR at < ${before ?? null}::timestamptz)
         ORDER BY at DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

/** As it is at this moment: counting takes its time. Nothing is decided for a campaign that is over. */
export async function isUndecided(db: EntityManager, campaignId: string): Promise<boolean> {
  const rows = await rowsOf(
    db,
    sql`SELECT FROM campaign_experiments e JOIN marketing_campaigns c ON c.id = e.campaign_id
         WHERE e.campaign_id = ${campaignId} AND e.decided_at IS NULL AND NOT ${OVER}`,
  );
  return rows.length > 0;
}

export async function insertLook(
  tx: EntityManager,
  campaignId: string,
  { at, looked, verdict }: Look,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO experiment_looks (campaign_id, at, looked, verdict)
        VALUES (${campaignId}, ${at}, ${JSON.stringify(looked)}::jsonb, ${verdict})
        ON CONFLICT (campaign_id, at) DO UPDATE SET looked = excluded.looked, verdict = excluded.verdict`,
  );
}

export interface DueExperiment {
  campaignId: string;
  organizationId: string;
  /** Its campaign has been over for so long that nothing can come any more. */
  isStale: boolean;
}

/**
 * Those that still have something to count: the messages of a campaign that is over are read for days. In the order of
 * their ids, so that a worker goes on where it stopped.
 */
export async function dueExperiments(
  db: EntityManager,
  { after, endedSince, limit }: { after: string; endedSince: Date; limit: number },
): Promise<DueExperiment[]> {
  const isStale = sql`(${OVER} AND c.status_changed_at
                               < ${endedSince}::timestamptz - coalesce(e.outcome_window, '0'))`;
  return rowsOf(
    db,
    sql`SELECT e.campaign_id AS "campaignId", c.organization_id AS "organizationId", ${isStale} AS "isStale"
          FROM campaign_experiments e JOIN marketing_campaigns c ON c.id = e.campaign_id
         WHERE e.campaign_id > ${after} AND e.started_at IS NOT NULL
           AND (e.state IN ('running', 'decided') OR NOT ${isStale})
         ORDER BY e.campaign_id LIMIT ${limit}`,
  );
}

/** Not the last look of an experiment: it holds the result. */
export async function deleteOldLooks(tx: EntityManager, before: Date, limit: number): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM experiment_looks WHERE (campaign_id, at) IN
          (SELECT campaign_id, at FROM experiment_looks AS old
            WHERE at < ${before}
              AND EXISTS (SELECT FROM experiment_looks AS newer
                           WHERE newer.campaign_id = old.campaign_id AND newer.at > old.at)
            LIMIT ${limit})`,
  );
}
