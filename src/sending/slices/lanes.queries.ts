import type { EntityManager } from 'typeorm';
import { rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Lane, LaneZone, SendTime } from './lanes.js';
import { type Cut, cut, type CutTarget, type ReleasedCount } from './slices.queries.js';

/** The zones of today's recipients, and of retries that are due: a look into the index for each zone that is known. */
export async function zonesOfToday(
  tx: EntityManager,
  { campaignId, today, now }: CutTarget,
): Promise<LaneZone[]> {
  return rowsOf<LaneZone>(
    tx,
    sql`SELECT z.id, z.name FROM time_zones z
         WHERE EXISTS (SELECT FROM campaign_recipients r
                        WHERE r.campaign_id = ${campaignId} AND r.scheduled_send_date = ${today}
                          AND r.zone_id = z.id AND r.slice_id IS NULL)
            OR z.id IN (SELECT zone_id FROM campaign_recipients
                         WHERE campaign_id = ${campaignId} AND next_attempt_at <= ${now} AND slice_id IS NULL
                           AND status = 'retry')
         ORDER BY z.id`,
  );
}

/** The hours of the variants that have one, and since when they hold: the decision changes them for those who wait. */
export async function sendTimesOf(
  tx: EntityManager,
  campaignId: string,
): Promise<{ times: SendTime[]; decidedAt: Date | null }> {
  const rows = await rowsOf<{ variant: number; at: string | null; decidedAt: Date | null }>(
    tx,
    sql`SELECT v.number AS variant, CASE WHEN c.winner IS NULL THEN v.send_at ELSE won.send_at END AS at,
               e.decided_at AS "decidedAt"
          FROM campaign_variants v
          JOIN campaign_experiments e ON e.campaign_id = v.campaign_id
          JOIN marketing_campaigns c ON c.id = v.campaign_id
          LEFT JOIN campaign_variants won ON won.campaign_id = v.campaign_id AND won.number = c.winner
         WHERE v.campaign_id = ${campaignId} ORDER BY v.number`,
  );
  return {
    times: rows.flatMap(({ variant, at }) => (at === null ? [] : [{ variant, at }])),
    decidedAt: rows[0]?.decidedAt ?? null,
  };
}

/** Lanes as rows `l`: their order, their zone, the variants whose hour has not come. */
function lanesOf(lanes: readonly Lane[]): Sql {
  return sql`(SELECT o.lane, o.zone_id, o.closed::smallint[] AS closed
                FROM unnest(${lanes.map((_, n) => n)}::int[], ${lanes.map(({ zoneId }) => zoneId)}::smallint[],
                            ${lanes.map(({ closed }) => `{${closed.join()}}`)}::text[]) AS o (lane, zone_id, closed))`;
}

/** Without the setting a campaign has one lane, and its recipients no zone. */
const inZone = (lanes: readonly Lane[]): Sql =>
  lanes.some(({ zoneId }) => zoneId !== null) ? sql`r.zone_id = l.zone_id` : sql`true`;

const pendingOf = ({ campaignId, today, openWave }: CutTarget, lanes: readonly Lane[]): Sql => {
  const hours = lanes.every(({ closed }) => closed.length === 0)
    ? sql`true`
    : sql`coalesce(r.variant <> ALL(l.closed), true)`;
  return sql`r.campaign_id = ${campaignId} AND r.scheduled_send_date = ${today} AND r.slice_id IS NULL
             AND r.status = 'pending' AND r.wave <= ${openWave} AND ${inZone(lanes)} AND ${hours}`;
};

const retriesOf = ({ campaignId, now }: CutTarget, lanes: readonly Lane[]): Sql =>
  sql`r.campaign_id = ${campaignId} AND r.next_attempt_at <= ${now} AND r.slice_id IS NULL AND r.status = 'retry'
      AND ${inZone(lanes)}`;

export interface LaneWork {
  lane: number;
  pending: number;
  retriesOfToday: number;
  retriesOfEarlier: number;
}

/** What waits in each lane, up to a limit. */
export async function workOfLanes(
  tx: EntityManager,
  target: CutTarget,
  lanes: readonly Lane[],
  limit: number,
): Promise<LaneWork[]> {
  return rowsOf<LaneWork>(
    tx,
    sql`SELECT l.lane,
               (SELECT count(*) FROM (SELECT FROM campaign_recipients r WHERE ${pendingOf(target, lanes)}
                                       LIMIT ${limit}) AS p)::int AS pending,
               retries.today AS "retriesOfToday", retries.earlier AS "retriesOfEarlier"
          FROM ${lanesOf(lanes)} AS l
         CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE scheduled_send_date = ${target.today})::int AS today,
                      count(*) FILTER (WHERE scheduled_send_date IS DISTINCT FROM ${target.today}::date)::int AS earlier
                 FROM (SELECT r.scheduled_send_date FROM campaign_recipients r WHERE ${retriesOf(target, lanes)}
                        LIMIT ${limit}) AS due) AS retries
         ORDER BY l.lane`,
  );
}

/** How many are released in a lane, and the slices for them. */
export interface LaneCuts {
  cuts: readonly Cut[];
  /** Of retries: how many of today's recipients, and of those from earlier days. */
  today: number;
  earlier: number;
}

/** Leaves room between the places of two lanes for more than are ever released at once. */
const STRIDE = 1_000_000;

/** Releases the recipients of today lane by lane, each in insertion order. `sizes`: how many of each lane. */
export async function cutLanes(
  tx: EntityManager,
  target: CutTarget,
  lanes: readonly Lane[],
  parts: readonly LaneCuts[],
): Promise<ReleasedCount> {
  const sizes = parts.map(({ cuts }) => sum(cuts));
  return cutPlaced(tx, target, parts, {
    takesPlace: sql`coalesce(r.attempted_at < ${target.begins}, true)`,
    status: sql`'pending'`,
    found: sql`SELECT l.lane, one.id FROM ${lanesOf(lanes)} AS l
                CROSS JOIN LATERAL (SELECT r.id FROM campaign_recipients r WHERE ${pendingOf(target, lanes)}
                                     ORDER BY r.id LIMIT (${sizes}::int[])[l.lane + 1]) AS one`,
  });
}

export async function cutLaneRetries(
  tx: EntityManager,
  target: CutTarget,
  lanes: readonly Lane[],
  parts: readonly LaneCuts[],
): Promise<ReleasedCount> {
  const due = retriesOf(target, lanes);
  const sizes = parts.map(({ cuts }) => sum(cuts));
  return cutPlaced(tx, target, parts, {
    takesPlace: sql`r.scheduled_send_date IS DISTINCT FROM ${target.today}::date`,
    status: sql`'retry'`,
    found: sql`SELECT l.lane, one.id FROM ${lanesOf(lanes)} AS l
                CROSS JOIN LATERAL (
                  (SELECT r.id FROM campaign_recipients r WHERE ${due} AND r.scheduled_send_date = ${target.today}
                    ORDER BY r.id LIMIT (${parts.map(({ today }) => today)}::int[])[l.lane + 1])
                  UNION ALL
                  (SELECT r.id FROM campaign_recipients r
                    WHERE ${due} AND r.scheduled_send_date IS DISTINCT FROM ${target.today}::date
                    ORDER BY r.next_attempt_at LIMIT (${parts.map(({ earlier }) => earlier)}::int[])[l.lane + 1])
                  LIMIT (${sizes}::int[])[l.lane + 1]) AS one`,
  });
}

/** Locks them in the order of their ids, whatever their lanes, as everything does that locks several recipients. */
async function cutPlaced(
  tx: EntityManager,
  target: CutTarget,
  parts: readonly LaneCuts[],
  { takesPlace, status, found }: { takesPlace: Sql; status: Sql; found: Sql },
): Promise<ReleasedCount> {
  const starts = parts.flatMap(({ cuts }, lane) => {
    let next = lane * STRIDE + 1;
    return cuts.map(({ size }) => (next += size) - size);
  });
  return cut(
    tx,
    target,
    parts.flatMap(({ cuts }) => cuts),
    sql`SELECT id, takes_place, lane * ${STRIDE}::bigint + row_number() OVER (PARTITION BY lane ORDER BY id) AS place
          FROM (SELECT r.id, found.lane, ${takesPlace} AS takes_place
                  FROM (${found}) AS found
                  JOIN campaign_recipients r ON r.id = found.id AND r.slice_id IS NULL AND r.status = ${status}
                 ORDER BY r.id FOR UPDATE OF r) AS locked`,
    starts,
  );
}

const sum = (cuts: readonly Cut[]): number => cuts.reduce((all, { size }) => all + size, 0);
