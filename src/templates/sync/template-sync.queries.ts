import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { BusinessAccount } from '../../whatsapp/graph/business-accounts.js';
import type { NewEvent } from '../history/new-event.js';
import type { ListedTemplate } from './listed-template.js';

type Account = Pick<BusinessAccount, 'organizationId' | 'businessAccountId'>;

/** The right to list an account and to store the result; the holder of a newer claim wins. */
export interface SyncClaim extends Account {
  attempt: string;
  startedAt: Date;
}

export interface SyncState {
  startedAt: Date;
  leaseUntil: Date | null;
  listedAt: Date | null;
  failure: string | null;
}

/** When to sync: always, unless one was attempted after the instant, or only when it is due at the instant. */
export type Wanted =
  | { kind: 'now' }
  | { kind: 'unless-tried-since'; since: Date }
  | { kind: 'when-due'; listedBefore: Date; failedBefore: Date };

function isWanted(wanted: Wanted) {
  switch (wanted.kind) {
    case 'now':
      return sql`true`;
    case 'unless-tried-since':
      return sql`sync.started_at <= ${wanted.since}`;
    case 'when-due':
      return sql`(sync.listed_at IS NULL OR sync.listed_at <= ${wanted.listedBefore})
             AND (sync.failure IS NULL OR sync.started_at <= ${wanted.failedBefore})`;
  }
}

/** False: a sync is under way, or none is wanted. A holder that died loses its claim when the lease expires. */
export async function claimSync(
  db: EntityManager,
  { organizationId, businessAccountId, attempt, startedAt }: SyncClaim,
  leaseUntil: Date,
  wanted: Wanted,
): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`INSERT INTO whatsapp_template_syncs AS sync
               (organization_id, business_account_id, attempt, started_at, lease_until)
        VALUES (${organizationId}, ${businessAccountId}, ${attempt}, ${startedAt}, ${leaseUntil})
        ON CONFLICT (organization_id, business_account_id) DO UPDATE
           SET attempt = excluded.attempt, started_at = excluded.started_at, lease_until = excluded.lease_until
         WHERE (sync.lease_until IS NULL OR sync.lease_until <= ${startedAt}) AND ${isWanted(wanted)}
        RETURNING 1`,
  );
  return row !== undefined;
}

export async function stateOf(
  db: EntityManager,
  { organizationId, businessAccountId }: Account,
): Promise<SyncState | undefined> {
  return firstOf(
    db,
    sql`SELECT started_at AS "startedAt", lease_until AS "leaseUntil", listed_at AS "listedAt", failure
          FROM whatsapp_template_syncs
         WHERE organization_id = ${organizationId} AND business_account_id = ${businessAccountId}`,
  );
}

export async function renewClaim(db: EntityManager, claim: SyncClaim, leaseUntil: Date): Promise<boolean> {
  const renewed = await execute(
    db,
    sql`UPDATE whatsapp_template_syncs SET lease_until = ${leaseUntil} WHERE ${isHeld(claim)}`,
  );
  return renewed === 1;
}

/** Any worker may claim it now; until one does, the holder may still finish. */
export async function releaseClaim(db: EntityManager, claim: SyncClaim): Promise<void> {
  await execute(db, sql`UPDATE whatsapp_template_syncs SET lease_until = NULL WHERE ${isHeld(claim)}`);
}

/**
 * Part of the transaction that stores the listing: it locks the row, so an older listing never follows a newer one.
 */
export async function finishSync(tx: EntityManager, claim: SyncClaim): Promise<boolean> {
  const finished = await execute(
    tx,
    sql`UPDATE whatsapp_template_syncs
           SET lease_until = NULL, listed_at = ${claim.startedAt}, failure = NULL
         WHERE ${isHeld(claim)}`,
  );
  return finished === 1;
}

export async function failSync(db: EntityManager, claim: SyncClaim, failure: string): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_template_syncs SET lease_until = NULL, failure = ${failure} WHERE ${isHeld(claim)}`,
  );
}

/** The next look at the timetable lists the account again. */
export async function makeDue(db: EntityManager, businessAccountId: string): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_template_syncs SET listed_at = NULL WHERE business_account_id = ${businessAccountId}`,
  );
}

function isHeld({ organizationId, businessAccountId, attempt }: SyncClaim) {
  return sql`organization_id = ${organizationId} AND business_account_id = ${businessAccountId}
         AND attempt = ${attempt}`;
}

/** As written to the history. */
export type TemplateNews = Pick<NewEvent, 'name' | 'language' | 'kind' | 'before' | 'after' | 'reason'>;
const NEWS = sql`name, language, kind, before, after, reason`;

/**
 * Stores a whole listing in one statement. A webhook may have reported something newer while the listing was on its
 * way, so rows newer than the listing stay as they are.
 */
export async function storeListing(
  tx: EntityManager,
  { organizationId, businessAccountId, startedAt }: SyncClaim,
  listed: ListedTemplate[],
  now: Date,
): Promise<{ created: number; updated: number; news: TemplateNews[] }> {
  const counts = await firstOf<{ created: number; updated: number; news: TemplateNews[] }>(
    tx,
    sql`WITH listed AS (
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(listed)}::jsonb) AS item (
            "metaTemplateId" text, name text, language text, category text, "nextCategory" text, status text,
            "statusReason" text, "qualityScore" text, "parameterFormat" text, components jsonb)
        ), earlier AS (
          SELECT name, language, status, category, quality_score FROM whatsapp_templates
           WHERE organization_id = ${organizationId} AND business_account_id = ${businessAccountId}
        ), stored AS (
          INSERT INTO whatsapp_templates AS known (
            organization_id, business_account_id, meta_template_id, name, language, category, next_category,
            status, status_reason, quality_score, parameter_format, components, synced_at, listed_at, created_at, updated_at)
          SELECT ${organizationId}::uuid, ${businessAccountId}, "metaTemplateId", name, language, category,
                 "nextCategory", status, "statusReason", "qualityScore", "parameterFormat", components,
                 ${startedAt}::timestamptz, ${startedAt}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
            FROM listed ORDER BY name, language
          ON CONFLICT (organization_id, business_account_id, name, language) DO UPDATE
             SET meta_template_id = excluded.meta_template_id, category = excluded.category,
                 next_category = excluded.next_category, status = excluded.status,
                 status_reason = CASE WHEN known.status = excluded.status
                                      THEN coalesce(excluded.status_reason, known.status_reason)
                                      ELSE excluded.status_reason END,
                 quality_score = excluded.quality_score, parameter_format = excluded.parameter_format,
                 components = excluded.components, synced_at = excluded.synced_at,
                 listed_at = excluded.listed_at,
                 updated_at = CASE WHEN (known.meta_template_id, known.category, known.next_category, known.status,
                                         known.quality_score, known.parameter_format, known.components)
                       IS DISTINCT FROM (excluded.meta_template_id, excluded.category, excluded.next_category,
                                         excluded.status, excluded.quality_score, excluded.parameter_format,
                                         excluded.components)
                                   THEN excluded.updated_at ELSE known.updated_at END
           WHERE known.synced_at <= excluded.synced_at
          RETURNING name, language, status, status_reason, category, quality_score, created_at, updated_at
        ), noted AS (
          INSERT INTO template_events
                 (organization_id, business_account_id, name, language, kind, before, after, reason, at)
          SELECT ${organizationId}::uuid, ${businessAccountId}, s.name, s.language, news.kind, news.before, news.after,
                 news.reason, ${now}::timestamptz
            FROM stored s JOIN earlier e USING (name, language)
           CROSS JOIN LATERAL (VALUES
                   (lower(s.status), e.status, s.status, s.status_reason),
                   ('category_changed', e.category, s.category, NULL),
                   ('quality_changed', e.quality_score, s.quality_score, NULL)) AS news (kind, before, after, reason)
           WHERE news.before IS DISTINCT FROM news.after
          RETURNING ${NEWS}
        )
        SELECT (SELECT coalesce(jsonb_agg(noted), '[]') FROM noted) AS news,
               (count(*) FILTER (WHERE created_at = ${now}))::int AS created,
               (count(*) FILTER (WHERE created_at < ${now} AND updated_at = ${now}))::int AS updated
          FROM stored`,
  );
  return counts ?? { created: 0, updated: 0, news: [] };
}

/** A template missing from the listing is gone at Meta; it is kept here because campaigns refer to it. */
export async function markVanished(
  tx: EntityManager,
  { organizationId, businessAccountId, startedAt }: SyncClaim,
  now: Date,
): Promise<TemplateNews[]> {
  return rowsOf(
    tx,
    sql`WITH gone AS (
          SELECT id, name, language, status FROM whatsapp_templates
           WHERE organization_id = ${organizationId} AND business_account_id = ${businessAccountId}
             AND status <> 'DELETED' AND synced_at < ${startedAt}
             FOR UPDATE
        ), marked AS (
          UPDATE whatsapp_templates t
             SET status = 'DELETED', status_reason = 'Meta no longer lists it.', synced_at = ${startedAt},
                 listed_at = ${startedAt}, updated_at = ${now}
            FROM gone WHERE t.id = gone.id
        ), noted AS (
          INSERT INTO template_events
                 (organization_id, business_account_id, name, language, kind, before, after, reason, at)
          SELECT ${organizationId}::uuid, ${businessAccountId}, name, language, 'deleted', status, 'DELETED',
                 'Meta no longer lists it.', ${now}::timestamptz
            FROM gone
          RETURNING ${NEWS}
        )
        SELECT * FROM noted`,
  );
}
