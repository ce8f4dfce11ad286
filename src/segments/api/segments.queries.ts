import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { reachable } from '../language/audience.js';
import { compileSegment } from '../language/compile-segment.js';
import type { Group } from '../language/segment.js';

export interface SampleCustomer {
  id: string;
  phoneNumber: string | null;
  name: string | null;
  city: string | null;
  customerTier: string | null;
  tags: string[];
  subscription: string;
  isActive: boolean;
}

export interface Preview {
  count: number;
  reachable: number;
  sample: SampleCustomer[];
}

export async function consentPolicyOf(db: EntityManager, organizationId: string): Promise<ConsentPolicy> {
  const row = await firstOf<{ policy: ConsentPolicy }>(
    db,
    sql`SELECT consent_policy AS policy FROM organizations WHERE id = ${organizationId}`,
  );
  if (row === undefined) throw new TypeError('a caller always belongs to an organization');
  return row.policy;
}

/**
 * Until the end of this transaction. The planner estimates that any condition on attributes matches a third of all
 * customers. At the usual cost it would not pass that many rows between processes: the scan would run in a single
 * process and take twice as long.
 */
export async function boundPreview(tx: EntityManager, timeoutMs: number): Promise<void> {
  await rowsOf(
    tx,
    sql`SELECT set_config('statement_timeout', ${String(timeoutMs)}, true), set_config('parallel_tuple_cost', '0.01', true)`,
  );
}

/** One pass over the customers for both counts and the sample: a second pass would cost the same again. */
export async function previewSegment(
  db: EntityManager,
  organizationId: string,
  { segment, policy, limit }: { segment: Group; policy: ConsentPolicy; limit: number },
): Promise<Preview> {
  const found = await firstOf<{ count: number; reachable: number; ids: string[] }>(
    db,
    sql`WITH matched AS MATERIALIZED (
          SELECT p.id, ${reachable(policy)} AS reachable FROM user_profiles p
           WHERE p.organization_id = ${organizationId} AND ${compileSegment(segment, organizationId)}
        )
        SELECT count(*) AS count, count(*) FILTER (WHERE reachable) AS reachable,
               ARRAY(SELECT id FROM matched ORDER BY id LIMIT ${limit}) AS ids
          FROM matched`,
  );
  if (found === undefined) throw new TypeError('an aggregate always returns a row');
  const sample = await rowsOf<SampleCustomer>(
    db,
    sql`SELECT p.id, p.whatsapp_phone AS "phoneNumber", p.display_name AS name, p.city,
               p.customer_tier AS "customerTier", p.tags, p.subscription, p.is_active AS "isActive"
          FROM user_profiles p WHERE p.organization_id = ${organizationId} AND p.id = ANY(${found.ids}::uuid[])
         ORDER BY p.id`,
  );
  return { count: found.count, reachable: found.reachable, sample };
}
