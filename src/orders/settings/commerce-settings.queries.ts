import type { EntityManager } from 'typeorm';
import { execute, firstOf, sql } from '../../platform/database/sql.js';
import type { CommerceSettingsChanges } from './commerce-settings.js';

export async function findSettings(
  db: EntityManager,
  organizationId: string,
): Promise<CommerceSettingsChanges> {
  const row = await firstOf<{ settings: CommerceSettingsChanges }>(
    db,
    sql`SELECT settings FROM commerce_settings WHERE organization_id = ${organizationId}`,
  );
  return row?.settings ?? {};
}

/** The row is made first, so that two callers who change different fields at once lose neither change. */
export async function lockSettings(
  tx: EntityManager,
  organizationId: string,
  now: Date,
): Promise<CommerceSettingsChanges> {
  await execute(
    tx,
    sql`INSERT INTO commerce_settings (organization_id, created_at, updated_at)
        VALUES (${organizationId}, ${now}, ${now}) ON CONFLICT DO NOTHING`,
  );
  const row = await firstOf<{ settings: CommerceSettingsChanges }>(
    tx,
    sql`SELECT settings FROM commerce_settings WHERE organization_id = ${organizationId} FOR UPDATE`,
  );
  return row?.settings ?? {};
}

export async function writeSettings(
  tx: EntityManager,
  organizationId: string,
  settings: CommerceSettingsChanges,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE commerce_settings SET settings = ${JSON.stringify(settings)}::jsonb, updated_at = ${now}
         WHERE organization_id = ${organizationId}`,
  );
}
