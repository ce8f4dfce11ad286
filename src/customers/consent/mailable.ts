import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { and, identifier, type Sql, sql } from '../../platform/database/sql.js';
import type { Subscription } from '../profiles/subscription.js';

/** The fields of a profile that decide whether marketing may be sent to it. */
export interface Reachable {
  isActive: boolean;
  subscription: Subscription;
  marketingOptInAt: Date | null;
}

/** Whether a customer agreed to marketing under the policy of the organization. */
export function hasConsent(
  { subscription, marketingOptInAt }: Omit<Reachable, 'isActive'>,
  policy: ConsentPolicy,
): boolean {
  return subscription === 'subscribed' && (policy === 'assume' || marketingOptInAt !== null);
}

export function isMailable(profile: Reachable, policy: ConsentPolicy): boolean {
  return profile.isActive && hasConsent(profile, policy);
}

/** The same two rules as conditions on a row of user_profiles, for statements that judge many rows. */
export function consentCondition(profileAlias: string, policy: ConsentPolicy): Sql {
  const profile = identifier(profileAlias);
  const subscribed = sql`${profile}.subscription = 'subscribed'`;
  return policy === 'assume'
    ? subscribed
    : and([subscribed, sql`${profile}.marketing_opt_in_at IS NOT NULL`]);
}

export function mailableCondition(profileAlias: string, policy: ConsentPolicy): Sql {
  return and([sql`${identifier(profileAlias)}.is_active`, consentCondition(profileAlias, policy)]);
}
