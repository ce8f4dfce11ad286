import type { EntityManager } from 'typeorm';
import { profilesOf } from '../../messages/judgement/judgement.js';
import { execute, firstOf, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import { PREFIX_LENGTHS } from '../../rules/phone/zone-of-number.js';

export interface NamedZone {
  id: number;
  name: string;
}

/**
 * Adds the names that are missing, and only these: a row that is not inserted would use up an id as well, and there are
 * 32,767 of them.
 */
export async function addZones(tx: EntityManager, names: readonly string[]): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO time_zones (name)
        SELECT n.name FROM unnest(${names}::text[]) AS n (name)
         WHERE NOT EXISTS (SELECT FROM time_zones z WHERE z.name = n.name) ORDER BY n.name
        ON CONFLICT DO NOTHING`,
  );
}

export async function zonesNamed(tx: EntityManager, names: readonly string[]): Promise<NamedZone[]> {
  return rowsOf(tx, sql`SELECT id, name FROM time_zones WHERE name = ANY(${names}::text[])`);
}

export async function zoneById(db: EntityManager, id: number): Promise<NamedZone | undefined> {
  return firstOf(db, sql`SELECT id, name FROM time_zones WHERE id = ${id}`);
}

/** Who is asked for: rows `k` with a phone number and a customer. */
export interface ZonedPeople {
  organizationId: string;
  rows: Sql;
}

const profile = ({ organizationId }: ZonedPeople): Sql =>
  profilesOf({ phoneNumber: sql`k.phone_number`, customerId: sql`k.customer_id` }, { organizationId });

/** What the profile says, cut to what a name can be; of the person that the row names, or whose number it is. */
const SPELLING = sql`"left"((CASE WHEN by_id.id IS NOT NULL THEN by_id.attributes
                                  WHEN by_number.id IS NOT NULL THEN by_number.attributes
                                  ELSE by_spelling.attributes END) ->> 'timeZone', 65)`;

/** There are some 600 zones. Spellings after the most frequent 2,000 name none, or hardly anybody has them. */
const SPELLINGS = 2_000;

/** The zones that profiles name, as they spell them, the most frequent first. */
export async function spellingsOf(tx: EntityManager, people: ZonedPeople): Promise<string[]> {
  const rows = await rowsOf<{ spelling: string }>(
    tx,
    sql`SELECT spelling FROM (SELECT ${SPELLING} AS spelling FROM ${people.rows} AS k ${profile(people)}) AS found
         WHERE spelling IS NOT NULL GROUP BY spelling ORDER BY count(*) DESC, spelling LIMIT ${SPELLINGS}`,
  );
  return rows.map(({ spelling }) => spelling);
}

export interface ZoneIds {
  bySpelling: Readonly<Record<string, number>>;
  byPrefix: Readonly<Record<string, number>>;
  /** The campaign's own. */
  own: number;
}

const zoneOf = ({ bySpelling, byPrefix, own }: ZoneIds): Sql => {
  const prefixes = sql`${JSON.stringify(byPrefix)}::jsonb`;
  const byNumber = PREFIX_LENGTHS.map(
    (length) => sql`(${prefixes} ->> "left"(k.phone_number, ${length}::int))::smallint`,
  );
  return sql`coalesce((${JSON.stringify(bySpelling)}::jsonb ->> ${SPELLING})::smallint, ${join(byNumber, ', ')},
                      ${own}::smallint)`;
};

/** Recipients of a campaign that wait and have no zone yet. */
export function withoutZone(campaignId: string, { isNew }: { isNew: boolean }): Sql {
  const newcomers = isNew ? sql`AND scheduled_send_date IS NULL AND slice_id IS NULL` : sql``;
  return sql`(SELECT id, phone_number, customer_id FROM campaign_recipients
               WHERE campaign_id = ${campaignId} AND status = 'pending' AND zone_id IS NULL ${newcomers})`;
}

export async function isAnyWithoutZone(tx: EntityManager, rows: Sql): Promise<boolean> {
  return (await firstOf(tx, sql`SELECT 1 FROM ${rows} AS k LIMIT 1`)) !== undefined;
}

/** One statement for all of them; no figure changes, so the triggers that count need not look at the rows. */
export async function assignZones(tx: EntityManager, people: ZonedPeople, ids: ZoneIds): Promise<void> {
  await rowsOf(tx, sql`SELECT set_config('drumbeat.planning', 'on', true)`);
  await execute(
    tx,
    sql`UPDATE campaign_recipients r SET zone_id = z.zone_id
          FROM (SELECT k.id, ${zoneOf(ids)} AS zone_id FROM ${people.rows} AS k ${profile(people)}) AS z
         WHERE r.id = z.id`,
  );
  await rowsOf(tx, sql`SELECT set_config('drumbeat.planning', 'off', true)`);
}

/** How many people there are of each zone; null: of the campaign's, because nothing is known of them. */
export async function countByZone(
  tx: EntityManager,
  people: ZonedPeople,
  {
    bySpelling,
    byPrefix,
  }: { bySpelling: Readonly<Record<string, string>>; byPrefix: Readonly<Record<string, string>> },
): Promise<{ name: string | null; count: number }[]> {
  const prefixes = sql`${JSON.stringify(byPrefix)}::jsonb`;
  const byNumber = PREFIX_LENGTHS.map(
    (length) => sql`${prefixes} ->> "left"(k.phone_number, ${length}::int)`,
  );
  return rowsOf(
    tx,
    sql`SELECT name, count(*)::int AS count
          FROM (SELECT coalesce(${JSON.stringify(bySpelling)}::jsonb ->> ${SPELLING}, ${join(byNumber, ', ')}) AS name
                  FROM ${people.rows} AS k ${profile(people)}) AS zoned
         GROUP BY name`,
  );
}
