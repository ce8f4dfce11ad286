import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { mailableCondition } from '../../customers/consent/mailable.js';
import { and, type Sql, sql } from '../../platform/database/sql.js';
import { compileSegment } from './compile-segment.js';
import type { Group } from './segment.js';

export interface Audience {
  organizationId: string;
  consentPolicy: ConsentPolicy;
  /** All customers if omitted. */
  segment?: Group | undefined;
}

/**
 * The customers a campaign may be sent to, as a SELECT that an INSERT can read from: those in the segment who have a
 * number, are active and have not refused. Consent is checked again when a message is sent.
 */
export function selectAudience({ organizationId, consentPolicy, segment }: Audience): Sql {
  return sql`SELECT p.id AS customer_id, p.whatsapp_phone, p.display_name FROM user_profiles p
              WHERE p.organization_id = ${organizationId} AND ${reachable(consentPolicy)}
                AND ${segment === undefined ? sql`true` : compileSegment(segment, organizationId)}`;
}

/** Whether `user_profiles p` may be messaged at all. */
export function reachable(policy: ConsentPolicy): Sql {
  return and([mailableCondition('p', policy), sql`p.whatsapp_phone IS NOT NULL`]);
}
