import type { EntityManager } from 'typeorm';
import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import { judgement, type JudgementRules } from '../judgement/judgement.js';
import { asRows, type IdentifiedMessage, insertFrom } from './outbox.queries.js';

export interface OrganizationTerms {
  consentPolicy: ConsentPolicy;
  capMessages: number | null;
  capDays: number | null;
}

export async function termsOfOrganization(
  tx: EntityManager,
  organizationId: string,
): Promise<OrganizationTerms | undefined> {
  return firstOf(
    tx,
    sql`SELECT consent_policy AS "consentPolicy", frequency_cap_messages AS "capMessages",
               frequency_cap_days AS "capDays"
          FROM organizations WHERE id = ${organizationId}`,
  );
}

/** A condition of the caller on a message that is to be written: a reason against it, or null. */
export type Hindrance = (message: { dedupeKey: Sql; customerId: Sql }) => Sql;

export interface JudgedKey {
  dedupeKey: string;
  /** Null: it is in the outbox. */
  skipReason: string | null;
}

/** One statement judges the messages and writes those that may go. */
export async function insertJudged(
  tx: EntityManager,
  messages: readonly IdentifiedMessage[],
  {
    hindrance,
    suppressed,
    ...rules
  }: JudgementRules & { suppressed: readonly string[]; hindrance: Hindrance },
): Promise<JudgedKey[]> {
  const { profile, skipReason } = judgement(
    {
      phoneNumber: sql`message.phone_number`,
      customerId: sql`message.customer_id`,
      userId: sql`message.whatsapp_user_id`,
      isSuppressed: sql`message.id = ANY(${suppressed}::uuid[])`,
      isMarketing: true,
      needsConsent: true,
    },
    rules,
  );
  const mayGo = sql`(SELECT * FROM judged WHERE skip_reason IS NULL) AS message`;
  return rowsOf(
    tx,
    sql`WITH judged AS MATERIALIZED (
          SELECT message.*, coalesce(${hindrance({ dedupeKey: sql`message.dedupe_key`, customerId: sql`message.customer_id` })}, ${skipReason}) AS skip_reason
            FROM ${asRows(messages)} LEFT JOIN LATERAL (${profile}) AS p ON true),
        added AS (${insertFrom(mayGo, rules.now)})
        SELECT dedupe_key AS "dedupeKey", skip_reason AS "skipReason" FROM judged`,
  );
}
