import type { EntityManager } from 'typeorm';
import { execute, type Sql, sql } from '../../platform/database/sql.js';
import { type Assignment, BUCKETS, startsOf } from './variant-bucket.js';

export const CONTROL_GROUP = 'Control group';

/** `bucketOf` in SQL. Not hashtext, which may differ between versions of PostgreSQL. */
export function bucket(seed: string, identity: Sql): Sql {
  return sql`(('x' || left(encode(sha256(convert_to(${seed} || ':' || ${identity}, 'UTF8')), 'hex'), 8))::bit(32)::bigint
             % ${BUCKETS}::bigint)`;
}

/** `bucketIdentity` of a number. Few countries have two spellings, so most rows pass the first look. */
export function identityOf(number: Sql): Sql {
  return sql`(CASE WHEN ${number} ~ '^\\+5[245]'
                   THEN regexp_replace(regexp_replace(regexp_replace(${number}, '^\\+521?(\\d{10})$', '+52\\1'),
                          '^\\+55([1-9]{2})9?([6-9]\\d{7})$', '+55\\19\\2'), '^\\+549?(\\d{10})$', '+54\\1')
                   ELSE ${number} END)`;
}

export interface AssignedColumns {
  variant: Sql;
  wave: Sql;
}

/** `assign` in SQL, for the number in a row. Null: the campaign has no experiment under way. */
export function assignedColumns(assignment: Assignment | null, number: Sql): AssignedColumns {
  if (assignment === null) return { variant: sql`NULL::smallint`, wave: sql`0::smallint` };
  const { seed, holdoutBp, weights, sampleBp } = assignment;
  const person = identityOf(number);
  const numbers = weights.map((one) => one.number);
  const chosen = sql`(${numbers}::smallint[])[width_bucket(${bucket(`${seed}/v`, person)}, ${startsOf(weights)}::bigint[])]`;
  const isHeldOut = holdoutBp === 0 ? null : sql`${bucket(seed, person)} < ${holdoutBp}::bigint`;
  const inSample = sampleBp === null ? null : sql`${bucket(`${seed}/s`, person)} < ${sampleBp}::bigint`;
  const variant = isHeldOut === null ? chosen : sql`(CASE WHEN ${isHeldOut} THEN 0 ELSE ${chosen} END)`;
  if (inSample === null) return { variant, wave: sql`0::smallint` };
  const isFirst = isHeldOut === null ? inSample : sql`(${isHeldOut} OR ${inSample})`;
  return { variant, wave: sql`(CASE WHEN ${isFirst} THEN 0 ELSE 1 END)` };
}

/**
 * Divides those who wait for their message: who is in the control group is done at once. The caller holds the campaign,
 * and has not planned it yet.
 */
export async function assignPending(
  tx: EntityManager,
  campaignId: string,
  assignment: Assignment,
  now: Date,
): Promise<void> {
  const { variant, wave } = assignedColumns(assignment, sql`phone_number`);
  if (assignment.holdoutBp === 0) {
    await execute(
      tx,
      sql`UPDATE campaign_recipients SET variant = ${variant}, wave = ${wave}
           WHERE campaign_id = ${campaignId} AND status = 'pending'`,
    );
    return;
  }
  await execute(
    tx,
    sql`WITH assigned AS MATERIALIZED (
          SELECT id, ${variant} AS variant, ${wave} AS wave FROM campaign_recipients
           WHERE campaign_id = ${campaignId} AND status = 'pending'
        )
        UPDATE campaign_recipients r
           SET variant = a.variant, wave = a.wave,
               status = CASE WHEN a.variant = 0 THEN 'skipped' ELSE r.status END,
               failure_reason = CASE WHEN a.variant = 0 THEN ${CONTROL_GROUP} ELSE r.failure_reason END,
               scheduled_send_date = CASE WHEN a.variant = 0 THEN NULL ELSE r.scheduled_send_date END,
               updated_at = CASE WHEN a.variant = 0 THEN ${now} ELSE r.updated_at END
          FROM assigned a WHERE r.id = a.id`,
  );
}

/**
 * Gives those of one variant who have not been written to yet to the others. Who is being claimed at this moment keeps it:
 * the claim holds their rows, and may be about to wait for the campaign, which the caller holds.
 */
export async function reassign(
  tx: EntityManager,
  campaignId: string,
  dropped: number,
  { seed, weights }: Pick<Assignment, 'seed' | 'weights'>,
): Promise<number> {
  const { variant } = assignedColumns({ seed, weights, holdoutBp: 0, sampleBp: null }, sql`phone_number`);
  return execute(
    tx,
    sql`UPDATE campaign_recipients SET variant = ${variant}
         WHERE id IN (SELECT id FROM campaign_recipients
                       WHERE campaign_id = ${campaignId} AND variant = ${dropped} AND attempts = 0
                         AND status IN ('pending', 'queued')
                         FOR UPDATE SKIP LOCKED)`,
  );
}

/** Their person has asked for no more messages, within this time of the message. */
export async function noteOptOuts(
  tx: EntityManager,
  optOuts: readonly { recipientId: string; at: Date }[],
  withinMs: number,
): Promise<void> {
  if (optOuts.length === 0) return;
  await execute(
    tx,
    sql`UPDATE campaign_recipients r SET opted_out_at = o.at
          FROM unnest(${optOuts.map(({ recipientId }) => recipientId)}::uuid[],
                      ${optOuts.map(({ at }) => at)}::timestamptz[]) AS o (id, at)
         WHERE r.id = o.id AND r.opted_out_at IS NULL
           AND o.at <= coalesce(r.sent_at, r.delivered_at, r.read_at) + make_interval(secs => ${withinMs / 1_000}::float8)
           AND r.id IN (SELECT id FROM campaign_recipients
                         WHERE id = ANY(${optOuts.map(({ recipientId }) => recipientId)}::uuid[])
                         ORDER BY id FOR UPDATE)`,
  );
}
