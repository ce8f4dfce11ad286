import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import type { Subscription } from '../profiles/subscription.js';
import type { ConsentKind } from './consent.js';
import type { ConsentEventRow } from './consent-event.entity.js';
import { belongsTo } from '../profiles/belongs-to.js';

export interface ConsentState {
  subscription: Subscription;
  marketingOptInAt: Date | null;
  marketingOptOutAt: Date | null;
}

export interface Subject extends ConsentState {
  id: string;
  whatsappPhone: string | null;
  whatsappUserId: string | null;
}

/** Locks in the same order as imports do, so that the two cannot deadlock. */
export async function lockSubjects(
  tx: EntityManager,
  organizationId: string,
  profileIds: readonly string[],
): Promise<Subject[]> {
  return rowsOf(
    tx,
    sql`SELECT id, whatsapp_phone AS "whatsappPhone", whatsapp_user_id AS "whatsappUserId", subscription,
               marketing_opt_in_at AS "marketingOptInAt", marketing_opt_out_at AS "marketingOptOutAt"
          FROM user_profiles
         WHERE organization_id = ${organizationId} AND id = ANY(${profileIds}::uuid[])
         ORDER BY whatsapp_phone, whatsapp_user_id FOR UPDATE`,
  );
}

export interface RecordedEvent {
  profileId: string;
  kind: ConsentKind;
  source: string;
  /** When it counts: a time after it was recorded is a wrong one. */
  at: Date;
  occurredAt: Date;
  messageId: string | null;
}

export async function eventsOf(
  tx: EntityManager,
  organizationId: string,
  profileIds: readonly string[],
): Promise<RecordedEvent[]> {
  return rowsOf(
    tx,
    sql`SELECT profile_id AS "profileId", kind, source, least(occurred_at, recorded_at) AS at,
               occurred_at AS "occurredAt", evidence->>'messageId' AS "messageId" FROM consent_events
         WHERE organization_id = ${organizationId} AND profile_id = ANY(${profileIds}::uuid[])`,
  );
}

export interface SuppressionRow {
  identityHash: string;
  kind: ConsentKind;
  source: string;
  at: Date;
}

export async function suppressionsOf(
  tx: EntityManager,
  organizationId: string,
  hashes: readonly string[],
): Promise<SuppressionRow[]> {
  return rowsOf(
    tx,
    sql`SELECT identity_hash AS "identityHash", kind, source, at FROM suppressions
         WHERE organization_id = ${organizationId} AND identity_hash = ANY(${hashes})`,
  );
}

export async function hasSuppressions(db: EntityManager, organizationId: string): Promise<boolean> {
  const rows = await rowsOf(
    db,
    sql`SELECT 1 FROM suppressions WHERE organization_id = ${organizationId} LIMIT 1`,
  );
  return rows.length > 0;
}

export type NewEvent = Omit<ConsentEventRow, 'organizationId'>;

export async function insertEvents(
  tx: EntityManager,
  organizationId: string,
  events: readonly NewEvent[],
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO consent_events
          (id, organization_id, profile_id, identity_hash, kind, source, evidence, key_id, user_id, occurred_at,
           recorded_at)
        SELECT id, ${organizationId}, profile_id, identity_hash, kind, source, evidence, key_id, user_id, occurred_at,
               recorded_at
          FROM unnest(${events.map(({ id }) => id)}::uuid[], ${events.map(({ profileId }) => profileId)}::uuid[],
                      ${events.map(({ identityHash }) => identityHash)}::text[],
                      ${events.map(({ kind }) => kind)}::text[], ${events.map(({ source }) => source)}::text[],
                      ${events.map(({ evidence }) => JSON.stringify(evidence))}::jsonb[],
                      ${events.map(({ keyId }) => keyId)}::uuid[], ${events.map(({ userId }) => userId)}::uuid[],
                      ${events.map(({ occurredAt }) => occurredAt)}::timestamptz[],
                      ${events.map(({ recordedAt }) => recordedAt)}::timestamptz[])
            AS event (id, profile_id, identity_hash, kind, source, evidence, key_id, user_id, occurred_at, recorded_at)`,
  );
}

/** When two profiles turn out to be one person, the statements of one count for both. */
export async function copyEvents(
  tx: EntityManager,
  organizationId: string,
  from: string,
  to: string,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO consent_events
          (organization_id, profile_id, identity_hash, kind, source, evidence, key_id, user_id, occurred_at, recorded_at)
        SELECT organization_id, ${to}, identity_hash, kind, source, evidence, key_id, user_id, occurred_at, recorded_at
          FROM consent_events WHERE organization_id = ${organizationId} AND profile_id = ${from} ORDER BY id`,
  );
}

export async function writeStates(
  tx: EntityManager,
  organizationId: string,
  states: readonly ({ id: string } & ConsentState)[],
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE user_profiles p
           SET subscription = s.subscription, marketing_opt_in_at = s.opt_in_at,
               marketing_opt_out_at = s.opt_out_at, updated_at = ${now}
          FROM unnest(${states.map(({ id }) => id)}::uuid[],
                      ${states.map(({ subscription }) => subscription)}::text[],
                      ${states.map(({ marketingOptInAt }) => marketingOptInAt)}::timestamptz[],
                      ${states.map(({ marketingOptOutAt }) => marketingOptOutAt)}::timestamptz[])
               AS s (id, subscription, opt_in_at, opt_out_at)
         WHERE p.id = s.id AND p.${belongsTo(organizationId)}`,
  );
}

/** Replaces the suppressions of these identities with exactly the given ones. */
export async function writeSuppressions(
  tx: EntityManager,
  organizationId: string,
  hashes: readonly string[],
  standing: readonly SuppressionRow[],
): Promise<void> {
  const keys = standing.map(({ identityHash }) => identityHash);
  const kinds = standing.map(({ kind }) => kind);
  await execute(
    tx,
    sql`DELETE FROM suppressions
         WHERE organization_id = ${organizationId} AND identity_hash = ANY(${hashes})
           AND (identity_hash, kind) NOT IN (SELECT * FROM unnest(${keys}::text[], ${kinds}::text[]))`,
  );
  if (standing.length === 0) return;
  await execute(
    tx,
    sql`INSERT INTO suppressions (organization_id, identity_hash, kind, source, at)
        SELECT ${organizationId}, identity_hash, kind, source, at
          FROM unnest(${keys}::text[], ${kinds}::text[], ${standing.map(({ source }) => source)}::text[],
                      ${standing.map(({ at }) => at)}::timestamptz[]) AS s (identity_hash, kind, source, at)
         ORDER BY identity_hash, kind
        ON CONFLICT (organization_id, identity_hash, kind) DO UPDATE SET source = excluded.source, at = excluded.at
         WHERE (suppressions.source, suppressions.at) IS DISTINCT FROM (excluded.source, excluded.at)`,
  );
}

export type ListedEvent = Omit<ConsentEventRow, 'organizationId' | 'profileId' | 'identityHash'>;

export async function listEvents(
  db: EntityManager,
  organizationId: string,
  profileId: string,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<ListedEvent[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT id, kind, source, evidence, key_id AS "keyId", user_id AS "userId", occurred_at AS "occurredAt",
               recorded_at AS "recordedAt"
          FROM consent_events
         WHERE organization_id = ${organizationId} AND profile_id = ${profileId} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countEvents(
  db: EntityManager,
  organizationId: string,
  profileId: string,
): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM consent_events
         WHERE organization_id = ${organizationId} AND profile_id = ${profileId}`,
  );
  return row?.n ?? 0;
}
