import type { ExportedProfile } from '../profiles/exported-profile.js';

export const CSV_HEADER = [
  ...['phoneNumber', 'waId', 'whatsappUserId', 'username', 'name', 'email', 'address', 'city', 'state'],
  ...['zipcode', 'country', 'customerTier', 'tags', 'isActive', 'subscription', 'marketingOptInAt'],
  ...['marketingOptOutAt', 'attributes'],
];

/**
 * The cells of one customer, in the order of the header. Our own ids and times are omitted: the file holds what is
 * known about people, and importing it elsewhere must restore all of it.
 */
export function customerCells(profile: ExportedProfile): string[] {
  return [
    profile.whatsappPhone ?? '',
    profile.waId ?? '',
    profile.whatsappUserId ?? '',
    profile.username ?? '',
    profile.displayName ?? '',
    profile.email ?? '',
    profile.address ?? '',
    profile.city ?? '',
    profile.state ?? '',
    profile.zipcode ?? '',
    profile.country ?? '',
    profile.customerTier ?? '',
    tagsText(profile.tags),
    String(profile.isActive),
    profile.subscription,
    profile.marketingOptInAt?.toISOString() ?? '',
    profile.marketingOptOutAt?.toISOString() ?? '',
    profile.attributesText === '{}' ? '' : profile.attributesText,
  ];
}

/** Separated by semicolons, as people write them; as JSON if a tag contains a separator. */
function tagsText(tags: readonly string[]): string {
  const isPlain = tags.every((tag) => !/[;,]/.test(tag)) && tags[0]?.startsWith('[') !== true;
  return isPlain ? tags.join(';') : JSON.stringify(tags);
}
