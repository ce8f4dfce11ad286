import type { EntityManager } from 'typeorm';
import { execute, firstOf, identifier, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { InstallationKey } from '../../platform/encryption/adopt-installation-key.js';
import {
  type AttributionWindows,
  TOUCHES,
  type Touch,
  windowSeconds,
  windowsShown,
} from './attribution-windows.js';
import type { ConsentPolicy } from './consent-policy.js';

/** An admin key reaches its own organization and the ones created from it, not their siblings. */
export async function mayAdminister(
  db: EntityManager,
  organizationId: string,
  target: string,
): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`SELECT 1 FROM organizations
         WHERE id = ${target} AND (id = ${organizationId} OR created_by_organization_id = ${organizationId})`,
  );
  return row !== undefined;
}

export interface Installation extends InstallationKey {
  organizationId: string;
}

/** Serializes the first start of several processes on an empty database. */
export async function lockInstallation(tx: EntityManager): Promise<Installation | undefined> {
  await rowsOf(tx, sql`SELECT pg_advisory_xact_lock(hashtext('drumbeat installation'))`);
  return firstOf<Installation>(
    tx,
    sql`SELECT default_organization_id AS "organizationId", encryption_key_check AS "encryptionKeyCheck",
               hash_key_sealed AS "hashKeySealed"
          FROM installation`,
  );
}

/** Once all secrets are sealed with another key. */
export async function storeInstallationKey(
  tx: EntityManager,
  { encryptionKeyCheck, hashKeySealed }: InstallationKey,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE installation
           SET encryption_key_check = ${encryptionKeyCheck}, hash_key_sealed = ${hashKeySealed}`,
  );
}

/** What the database itself counts by day has to know whose days they are. */
export async function storeTimeZone(db: EntityManager, timeZone: string): Promise<void> {
  await execute(
    db,
    sql`UPDATE installation SET time_zone = ${timeZone} WHERE time_zone IS DISTINCT FROM ${timeZone}`,
  );
}

export async function insertInstallation(
  tx: EntityManager,
  installation: Omit<Installation, 'hashKeySealed'>,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO installation (default_organization_id, encryption_key_check)
        VALUES (${installation.organizationId}, ${installation.encryptionKeyCheck})`,
  );
}

export interface OrganizationSettings {
  name: string;
  consentPolicy: ConsentPolicy;
  defaultCountry: string | null;
  stopWords: string[];
  startWords: string[];
  stopConfirmation: string | null;
  startConfirmation: string | null;
  frequencyCap: FrequencyCap | null;
  linkDomains: string[] | null;
  attributionWindows: AttributionWindows;
}

/** Of the windows, those that are not named stay as they are. */
export type SettingsChanges = Partial<Omit<OrganizationSettings, 'attributionWindows'>> & {
  attributionWindows?: Partial<AttributionWindows>;
};

export interface FrequencyCap {
  messages: number;
  days: number;
}

export interface OrganizationWithSettings extends OrganizationSettings {
  id: string;
  createdAt: Date;
}

const SETTINGS = sql`id, name, consent_policy AS "consentPolicy", default_country AS "defaultCountry",
                     stop_words AS "stopWords", start_words AS "startWords",
                     stop_confirmation AS "stopConfirmation", start_confirmation AS "startConfirmation",
                     created_at AS "createdAt", link_domains AS "linkDomains",
                     CASE WHEN frequency_cap_messages IS NOT NULL THEN
                       json_build_object('messages', frequency_cap_messages, 'days', frequency_cap_days) END
                       AS "frequencyCap",
                     json_build_object('click', click_window_seconds, 'reply', reply_window_seconds, 'read', read_window_seconds,
                       'delivered', delivered_window_seconds) AS windows`;

export async function findOrganization(
  db: EntityManager,
  organizationId: string,
): Promise<OrganizationWithSettings | undefined> {
  const row = await firstOf<
    Omit<OrganizationWithSettings, 'attributionWindows'> & { windows: Record<Touch, number | null> }
  >(db, sql`SELECT ${SETTINGS} FROM organizations WHERE id = ${organizationId}`);
  if (row === undefined) return undefined;
  const { windows, ...settings } = row;
  return { ...settings, attributionWindows: windowsShown(windows) };
}

/** Omitted settings stay as they are; null removes the country, a confirmation or the frequency cap. */
export async function updateSettings(
  tx: EntityManager,
  organizationId: string,
  changes: SettingsChanges,
): Promise<void> {
  const orUnchanged = (column: string, value: string | null | undefined): Sql =>
    value === undefined ? identifier(column) : sql`${value}`;
  const { frequencyCap } = changes;
  const cap =
    frequencyCap === undefined
      ? sql``
      : sql`, frequency_cap_messages = ${frequencyCap?.messages ?? null}, frequency_cap_days = ${frequencyCap?.days ?? null}`;
  const { linkDomains } = changes;
  const domains = linkDomains === undefined ? sql`` : sql`, link_domains = ${linkDomains}::text[]`;
  const windows = TOUCHES.flatMap((touch) => {
    const seconds = windowSeconds(changes.attributionWindows ?? {}, touch);
    return seconds === undefined ? [] : [sql`, ${identifier(`${touch}_window_seconds`)} = ${seconds}`];
  });
  await execute(
    tx,
    sql`UPDATE organizations
           SET name = coalesce(${changes.name ?? null}, name),
               consent_policy = coalesce(${changes.consentPolicy ?? null}, consent_policy),
               default_country = ${orUnchanged('default_country', changes.defaultCountry)},
               stop_confirmation = ${orUnchanged('stop_confirmation', changes.stopConfirmation)},
               start_confirmation = ${orUnchanged('start_confirmation', changes.startConfirmation)},
               stop_words = coalesce(${changes.stopWords ?? null}, stop_words),
               start_words = coalesce(${changes.startWords ?? null}, start_words)${cap}${domains}${join(windows, '')}
         WHERE id = ${organizationId}`,
  );
}
