import type { EntityManager } from 'typeorm';
import { belongsTo } from '../../customers/profiles/belongs-to.js';
import { firstOf, sql } from '../../platform/database/sql.js';

export interface AddressedProfile {
  id: string;
  whatsappUserId: string | null;
  isActive: boolean;
  isUnsubscribed: boolean;
  /** What templates may be filled with. */
  customer: Record<string, unknown>;
}

/** The customer with this number, in whichever of its spellings. */
export async function profileWith(
  db: EntityManager,
  organizationId: string,
  spellings: readonly string[],
): Promise<AddressedProfile | undefined> {
  return firstOf(
    db,
    sql`SELECT p.id, p.whatsapp_user_id AS "whatsappUserId", p.is_active AS "isActive",
               p.subscription = 'unsubscribed' AS "isUnsubscribed",
               jsonb_build_object(
                 'name', p.display_name, 'email', p.email, 'city', p.city, 'state', p.state, 'zipcode', p.zipcode,
                 'country', p.country, 'customerTier', p.customer_tier, 'customer_tier', p.customer_tier,
                 'attributes', p.attributes) AS customer
          FROM user_profiles p
         WHERE p.${belongsTo(organizationId)} AND p.whatsapp_phone = ANY(${spellings})
         ORDER BY array_position(${spellings}::text[], p.whatsapp_phone::text) LIMIT 1`,
  );
}
