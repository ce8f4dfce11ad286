import { entityTag } from '../../platform/http/entity-tag.js';
import type { UserProfile } from '../profiles/user-profile.entity.js';

/** With the consent, which a change may state too. What the customer writes to us changes nothing of it. */
export function customerTag(profile: UserProfile): string {
  const { id, whatsappPhone, waId, whatsappUserId, username, displayName, email } = profile;
  const { address, city, state, zipcode, country, customerTier, tags, attributes, isActive } = profile;
  const { subscription, marketingOptInAt, marketingOptOutAt } = profile;
  return entityTag('customer', id, [
    [whatsappPhone, waId, whatsappUserId, username, displayName, email],
    [address, city, state, zipcode, country, customerTier, tags, attributes, isActive],
    [subscription, marketingOptInAt, marketingOptOutAt],
  ]);
}
