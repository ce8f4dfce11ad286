import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../platform/database/sql.js';

/** A recipient with all that a message can be filled from. */
export interface SampleRecipient {
  id: string;
  phoneNumber: string;
  name: string | null;
  variables: Record<string, unknown> | null;
  customer: Record<string, unknown> | null;
}

const COLUMNS = sql`
  r.id, r.phone_number AS "phoneNumber", r.name, r.variables,
  CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
    'name', p.display_name, 'email', p.email, 'city', p.city, 'state', p.state, 'zipcode', p.zipcode,
    'country', p.country, 'customerTier', p.customer_tier, 'customer_tier', p.customer_tier,
    'attributes', p.attributes) END AS customer`;

export async function samplePending(
  db: EntityManager,
  campaignId: string,
  after: string | null,
  limit: number,
): Promise<SampleRecipient[]> {
  const further = after === null ? sql`true` : sql`r.id > ${after}`;
  return rowsOf<SampleRecipient>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_recipients r LEFT JOIN user_profiles p ON p.id = r.customer_id
         WHERE r.campaign_id = ${campaignId} AND r.status = 'pending' AND ${further}
         ORDER BY r.id LIMIT ${limit}`,
  );
}

export async function sampleRecipient(
  db: EntityManager,
  campaignId: string,
  phoneNumber: string | undefined,
): Promise<SampleRecipient | undefined> {
  const which = phoneNumber === undefined ? sql`true` : sql`r.phone_number = ${phoneNumber}`;
  const rows = await rowsOf<SampleRecipient>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_recipients r LEFT JOIN user_profiles p ON p.id = r.customer_id
         WHERE r.campaign_id = ${campaignId} AND ${which} ORDER BY r.id LIMIT 1`,
  );
  return rows[0];
}
