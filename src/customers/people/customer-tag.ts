import { entityTag } from '../../platform/http/entity-tag.js';

const FIELDS = [
  ...(['whatsappPhone', 'waId', 'whatsappUserId', 'username', 'displayName', 'email'] as const),
  ...(['address', 'city', 'state', 'zipcode', 'country', 'customerTier'] as const),
  ...(['tags', 'attributes', 'isActive'] as const),
  ...(['subscription', 'marketingOptInAt', 'marketingOptOutAt'] as const),
];
type Tagged = { id: string } & Record<(typeof FIELDS)[number], unknown>;

/** With the consent, which a change may state too. What the customer writes to us changes nothing of it. */
export function customerTag(profile: Tagged): string {
  return entityTag(
    'customer',
    profile.id,
    FIELDS.map((field) => profile[field]),
  );
}
