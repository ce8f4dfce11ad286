import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../platform/database/sql.js';
import type { LinkFigures } from './link-figures.js';
import type { LinkDefinition, Utm } from './link-definition.js';

export type LinkOwnerKind = 'campaign' | 'rule' | 'message';

export interface LinkOwner {
  organizationId: string;
  kind: LinkOwnerKind;
  id: string;
  /** Of an experiment's campaign, or the step of a rule; 0: none. */
  variant: number;
}

export interface TrackedLink {
  number: number;
  organizationId: string;
  ownerKind: LinkOwnerKind;
  ownerId: string;
  variant: number;
  place: string;
  url: string;
  fallback: string | null;
  utm: Utm;
}

export interface NumberedLink {
  number: number;
  place: string;
}

const COLUMNS = `number, organization_id AS "organizationId", owner_kind AS "ownerKind", owner_id AS "ownerId", variant,
                 place, url, fallback, coalesce(utm, '{}') AS utm`;

const utmOf = (links: readonly LinkDefinition[]): (string | null)[] =>
  links.map(({ utm }) => (Object.keys(utm).length === 0 ? null : JSON.stringify(utm)));

/** The links of a campaign as they are now. A place keeps its number. */
export async function replaceLinks(
  tx: EntityManager,
  { organizationId, kind, id, variant }: LinkOwner,
  links: readonly LinkDefinition[],
  now: Date,
): Promise<void> {
  const places = links.map(({ place }) => place);
  await execute(
    tx,
    sql`DELETE FROM tracked_links
         WHERE owner_id = ${id} AND variant = ${variant}::smallint AND definition = '' AND place <> ALL(${places}::text[])`,
  );
  if (links.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO tracked_links AS l
               (organization_id, owner_kind, owner_id, variant, place, url, fallback, utm, created_at)
        SELECT ${organizationId}::uuid, ${kind}, ${id}::uuid, ${variant}::smallint, place, url, fallback, utm, ${now}::timestamptz
          FROM unnest(${places}::text[], ${links.map(({ url }) => url)}::text[],
                      ${links.map(({ fallback }) => fallback)}::text[], ${utmOf(links)}::jsonb[])
            AS given (place, url, fallback, utm)
         ORDER BY place
            ON CONFLICT (owner_id, variant, place, definition)
            DO UPDATE SET url = excluded.url, fallback = excluded.fallback, utm = excluded.utm, last_used_at = NULL
         WHERE (l.url, l.fallback, l.utm) IS DISTINCT FROM (excluded.url, excluded.fallback, excluded.utm)
               OR l.last_used_at IS NOT NULL`,
  );
}

const DAY_MS = 86_400_000;

/** Messages with the same address share a number, so a million messages to one page are one row. */
export async function useLinks(
  db: EntityManager,
  { organizationId, kind, id, variant }: LinkOwner,
  links: readonly (LinkDefinition & { definition: string })[],
  now: Date,
): Promise<NumberedLink[]> {
  if (links.length === 0) return [];
  const places = links.map(({ place }) => place);
  const definitions = links.map(({ definition }) => definition);
  const found = () =>
    rowsOf<NumberedLink & { lastUsedAt: Date | null }>(
      db,
      sql`SELECT l.number, l.place, l.last_used_at AS "lastUsedAt" FROM tracked_links l
            JOIN unnest(${places}::text[], ${definitions}::text[]) AS given (place, definition)
              ON l.place = given.place AND l.definition = given.definition
           WHERE l.owner_id = ${id} AND l.variant = ${variant}::smallint`,
    );
  const known = await found();
  const yesterday = new Date(now.getTime() - DAY_MS);
  const isFresh = known.every(({ lastUsedAt }) => lastUsedAt !== null && lastUsedAt > yesterday);
  if (known.length === links.length && isFresh) return known;
  await rowsOf(
    db,
    sql`INSERT INTO tracked_links
               (organization_id, owner_kind, owner_id, variant, place, definition, url, fallback, utm, created_at,
                last_used_at)
        SELECT ${organizationId}::uuid, ${kind}, ${id}::uuid, ${variant}::smallint, place, definition, url, fallback, utm,
               ${now}::timestamptz, ${now}::timestamptz
          FROM unnest(${places}::text[], ${definitions}::text[], ${links.map(({ url }) => url)}::text[],
                      ${links.map(({ fallback }) => fallback)}::text[], ${utmOf(links)}::jsonb[])
            AS given (place, definition, url, fallback, utm)
         ORDER BY place, definition
            ON CONFLICT (owner_id, variant, place, definition) DO UPDATE SET last_used_at = excluded.last_used_at`,
  );
  return found();
}

export async function numbersOf(db: EntityManager, owner: LinkOwner): Promise<NumberedLink[]> {
  return rowsOf(
    db,
    sql`SELECT number, place FROM tracked_links
         WHERE owner_id = ${owner.id} AND organization_id = ${owner.organizationId}
           AND variant = ${owner.variant}::smallint AND definition = ''`,
  );
}

/** On connections of the redirects' own: they must not wait behind a report. */
export async function findLink(pool: pg.Pool, number: number): Promise<TrackedLink | undefined> {
  const { rows } = await pool.query<TrackedLink>(`SELECT ${COLUMNS} FROM tracked_links WHERE number = $1`, [
    number,
  ]);
  return rows[0];
}

/** The owner is gone: what is in phones leads on for a while. */
export async function endLinks(tx: EntityManager, ownerId: string, now: Date): Promise<void> {
  await execute(tx, sql`UPDATE tracked_links SET last_used_at = ${now} WHERE owner_id = ${ownerId}`);
}

const BITE = 2_000;

export async function purgeLinks(tx: EntityManager, before: Date): Promise<number> {
  const gone = await rowsOf<{ number: number }>(
    tx,
    sql`DELETE FROM tracked_links WHERE number IN
          (SELECT number FROM tracked_links WHERE last_used_at < ${before} ORDER BY last_used_at LIMIT ${BITE})
        RETURNING number`,
  );
  const numbers = gone.map(({ number }) => number);
  if (numbers.length > 0)
    await execute(tx, sql`DELETE FROM link_stats WHERE link_number = ANY(${numbers}::integer[])`);
  return numbers.length;
}

export async function figuresOf(
  db: EntityManager,
  organizationId: string,
  ownerId: string,
): Promise<LinkFigures[]> {
  return rowsOf(
    db,
    sql`SELECT l.place, l.variant, l.url, coalesce(s.human, 0) AS human, coalesce(s.uniques, 0) AS uniques,
               coalesce(s.preview, 0) AS previews, coalesce(s.suspect, 0) AS suspects
          FROM tracked_links l LEFT JOIN link_stats s ON s.link_number = l.number
         WHERE l.owner_id = ${ownerId} AND l.organization_id = ${organizationId}
         ORDER BY l.variant, l.place, l.number LIMIT 200`,
  );
}
