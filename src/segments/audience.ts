import { and, type Sql, sql } from '../platform/database/sql.js';
import { compileSegment } from './compile-segment.js';
import type { Group } from './segment.js';

/** `assume`: whoever has not refused may be written to. `explicit`: only who has agreed. */
export type ConsentPolicy = 'assume' | 'explicit';

export interface Audience {
  organizationId: string;
  consentPolicy: ConsentPolicy;
  /** Everybody when it is left out. */
  segment?: Group;
}

/**
 * Whom a campaign may go to, as a SELECT of `id, whatsapp_phone, display_name` that an INSERT can read from: customers
 * in the segment who have a number, are active, and have not refused. Consent is asked again when a message goes out.
 */
export function selectAudience({ organizationId, consentPolicy, segment }: Audience): Sql {
  return sql`SELECT p.id, p.whatsapp_phone, p.display_name FROM user_profiles p
              WHERE p.organization_id = ${organizationId} AND ${reachable(consentPolicy)}
                AND ${segment === undefined ? sql`true` : compileSegment(segment, organizationId)}`;
}

/** Whether `user_profiles p` may be written to at all. */
export function reachable(policy: ConsentPolicy): Sql {
  return and([
    sql`p.subscription = 'subscribed'`,
    sql`p.is_active`,
    sql`p.whatsapp_phone IS NOT NULL`,
    ...(policy === 'explicit' ? [sql`p.marketing_opt_in_at IS NOT NULL`] : []),
  ]);
}
