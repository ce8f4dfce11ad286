import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../platform/database/sql.js';
import type { ClickUnit } from './click-unit.js';

export interface LinkValues {
  name: string | null;
  variables: Record<string, unknown> | null;
  customer: Record<string, unknown> | null;
  defaults: Record<string, unknown> | null;
}

/** What fills the placeholders of a campaign's link for one recipient. */
export async function readValues(pool: pg.Pool, recipientId: string): Promise<LinkValues | undefined> {
  const { rows } = await pool.query<LinkValues>(
    `SELECT r.name, r.variables, c.template_variables AS defaults,
            CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
              'name', p.display_name, 'email', p.email, 'city', p.city, 'state', p.state, 'zipcode', p.zipcode,
              'country', p.country, 'customerTier', p.customer_tier, 'customer_tier', p.customer_tier,
              'attributes', p.attributes) END AS customer
       FROM campaign_recipients r
       JOIN marketing_campaigns c ON c.id = r.campaign_id
       LEFT JOIN user_profiles p ON p.id = r.customer_id
      WHERE r.id = $1`,
    [recipientId],
  );
  return rows[0];
}

/** A recipient that was made anonymous has a number that no phone has: it is nobody any more. */
export async function recipientsOf(tx: EntityManager, ids: readonly string[]): Promise<ClickUnit[]> {
  if (ids.length === 0) return [];
  return rowsOf(
    tx,
    sql`SELECT r.id, c.organization_id AS "organizationId", r.campaign_id AS "campaignId",
               r.customer_id AS "customerId", r.phone_number AS "phoneNumber",
               coalesce(r.sent_at, r.attempted_at) AS "sentAt"
          FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id
         WHERE r.id = ANY(${ids}::uuid[]) AND r.phone_number LIKE '+%'`,
  );
}

export async function messagesOf(tx: EntityManager, ids: readonly string[]): Promise<ClickUnit[]> {
  if (ids.length === 0) return [];
  return rowsOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId", campaign_id AS "campaignId", customer_id AS "customerId",
               phone_number AS "phoneNumber", coalesce(accepted_at, sent_at) AS "sentAt"
          FROM whatsapp_messages
         WHERE id = ANY(${ids}::uuid[]) AND direction = 'out'
           AND (phone_number IS NOT NULL OR whatsapp_user_id IS NOT NULL)`,
  );
}
