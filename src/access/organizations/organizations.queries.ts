import type { EntityManager } from 'typeorm';
import { execute, firstOf, identifier, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { InstallationKey } from '../../platform/encryption/adopt-installation-key.js';
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
}

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
                       AS "frequencyCap"`;

export async function findOrganization(
  db: EntityManager,
  organizationId: string,
): Promise<OrganizationWithSettings | undefined> {
  return firstOf(db, sql`SELECT ${SETTINGS} FROM organizations WHERE id = ${organizationId}`);
}

/** Omitted settings stay as they are; null removes the country, a confirmation or the frequency cap. */
export async function updateSettings(
  tx: EntityManager,
  organizationId: string,
  changes: Partial<OrganizationSettings>,
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
  await execute(
    tx,
    sql`UPDATE organizations
           SET name = coalesce(${changes.name ?? null}, name),
               consent_policy = coalesce(${changes.consentPolicy ?? null}, consent_policy),
               default_country = ${orUnchanged('default_country', changes.defaultCountry)},
               stop_confirmation = ${orUnchanged('stop_confirmation', changes.stopConfirmation)},
               start_confirmation = ${orUnchanged('start_confirmation', changes.startConfirmation)},
               stop_words = coalesce(${changes.stopWords ?? null}, stop_words),
               start_words = coalesce(${changes.startWords ?? null}, start_words)${cap}${domains}
         WHERE id = ${organizationId}`,
  );
}
