import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../platform/database/sql.js';
import type { AddedClicks, NewClick, OpenClick, SettledClick } from './click.js';

const INSERT = `
  INSERT INTO link_clicks (id, link_number, recipient_id, message_id, at, class, device, is_private)
  SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[],
                       $8::boolean[])`;

export async function insertClicks(pool: pg.Pool, clicks: readonly NewClick[]): Promise<void> {
  const column = <T>(read: (click: NewClick) => T): T[] => clicks.map(read);
  await pool.query(INSERT, [
    column(({ id }) => id),
    column(({ linkNumber }) => linkNumber),
    column(({ recipientId }) => recipientId),
    column(({ messageId }) => messageId),
    column(({ at }) => at.toISOString()),
    column((click) => click.class),
    column(({ device }) => device),
    column(({ isPrivate }) => isPrivate),
  ]);
}

/** One process applies clicks at a time, in their order: the first click of a person is the first for everybody. */
export async function mayApply(tx: EntityManager): Promise<boolean> {
  const rows = await rowsOf<{ free: boolean }>(
    tx,
    sql`SELECT pg_try_advisory_xact_lock(hashtext('drumbeat clicks')) AS free`,
  );
  return rows[0]?.free === true;
}

const MINUTE_MS = 60_000;

/** `nth` counts up to 11, so that a token which somebody hammers costs no more than another. */
export async function openClicks(tx: EntityManager, limit: number): Promise<OpenClick[]> {
  return rowsOf(
    tx,
    sql`WITH open AS MATERIALIZED (
          SELECT * FROM link_clicks WHERE applied_at IS NULL ORDER BY id LIMIT ${limit}
        )
        SELECT o.id, o.link_number AS "linkNumber", o.recipient_id AS "recipientId", o.message_id AS "messageId", o.at,
               o.class, o.device, o.is_private AS "isPrivate", l.organization_id AS "organizationId",
               CASE WHEN l.owner_kind = 'campaign' THEN l.owner_id END AS "campaignId", l.place, l.url,
               earlier.n + 1 AS nth, known.found AS "isKnown"
          FROM open o
          LEFT JOIN tracked_links l ON l.number = o.link_number
          CROSS JOIN LATERAL (
            SELECT count(*)::int AS n FROM (
              SELECT FROM link_clicks c
               WHERE o.class <> 'preview'
                 AND coalesce(c.recipient_id, c.message_id) = coalesce(o.recipient_id, o.message_id)
                 AND (c.recipient_id IS NOT NULL OR c.message_id IS NOT NULL)
                 AND c.link_number = o.link_number AND c.class <> 'preview'
                 AND c.at > o.at - ${MINUTE_MS} * interval '1 millisecond' AND (c.at, c.id) < (o.at, o.id)
               LIMIT 10) AS counted) AS earlier
          CROSS JOIN LATERAL (
            -- A token that is hammered has many rows, and none of the new ones is a person's first click.
            SELECT o.class = 'preview' OR earlier.n >= 10 OR EXISTS (
              SELECT FROM link_clicks c
               WHERE coalesce(c.recipient_id, c.message_id) = coalesce(o.recipient_id, o.message_id)
                 AND (c.recipient_id IS NOT NULL OR c.message_id IS NOT NULL)
                 AND c.link_number = o.link_number AND c.class <> 'preview' AND c.class = 'human'
                 AND c.applied_at IS NOT NULL) AS found) AS known
         ORDER BY o.id`,
  );
}

export async function settleClicks(
  tx: EntityManager,
  clicks: readonly SettledClick[],
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE link_clicks c
           SET class = s.class, recipient_id = s.recipient_id, message_id = s.message_id, applied_at = ${now}
          FROM unnest(${clicks.map(({ id }) => id)}::uuid[], ${clicks.map((click) => click.class)}::text[],
                      ${clicks.map(({ recipientId }) => recipientId)}::uuid[],
                      ${clicks.map(({ messageId }) => messageId)}::uuid[]) AS s (id, class, recipient_id, message_id)
         WHERE c.id = s.id`,
  );
}

export async function addToStats(tx: EntityManager, added: readonly AddedClicks[]): Promise<void> {
  if (added.length === 0) return;
  const column = (name: keyof AddedClicks): number[] => added.map((one) => one[name]);
  await rowsOf(
    tx,
    sql`INSERT INTO link_stats AS kept (link_number, human, uniques, preview, suspect)
        SELECT * FROM unnest(${column('linkNumber')}::integer[], ${column('human')}::integer[],
                             ${column('uniques')}::integer[], ${column('preview')}::integer[],
                             ${column('suspect')}::integer[]) AS a (number, human, uniques, preview, suspect)
         ORDER BY number
            ON CONFLICT (link_number) DO UPDATE
           SET human = kept.human + excluded.human, uniques = kept.uniques + excluded.uniques,
               preview = kept.preview + excluded.preview, suspect = kept.suspect + excluded.suspect`,
  );
}

const BITE = 2_000;

/** The ids follow the time of the clicks. */
export async function purgeClicks(tx: EntityManager, before: Date): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM link_clicks
         WHERE id IN (SELECT id FROM (SELECT id, at FROM link_clicks ORDER BY id LIMIT ${BITE}) AS oldest
                       WHERE at < ${before})`,
  );
}
