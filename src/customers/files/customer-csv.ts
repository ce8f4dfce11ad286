import { toCsvCell } from '../../platform/csv/csv-cell.js';
import type { Subscription } from '../consent/consent.js';

export interface ExportedProfile {
  id: string;
  whatsappPhone: string | null;
  waId: string | null;
  whatsappUserId: string | null;
  username: string | null;
  displayName: string | null;
  email: string | null;
  address: string | null;
  city: string | null;
  state: string | null;
  zipcode: string | null;
  country: string | null;
  customerTier: string | null;
  tags: string[];
  isActive: boolean;
  subscription: Subscription;
  marketingOptInAt: Date | null;
  marketingOptOutAt: Date | null;
  /** As PostgreSQL writes them: a number of 20 digits is none in JavaScript. */
  attributesText: string;
}

export const CSV_HEADER = [
  ...['phoneNumber', 'waId', 'whatsappUserId', 'username', 'name', 'email', 'address', 'city', 'state'],
  ...['zipcode', 'country', 'customerTier', 'tags', 'isActive', 'subscription', 'marketingOptInAt'],
  ...['marketingOptOutAt', 'attributes'],
];

/**
 * The cells of one customer, in the order of the header. Ids and times of our own are left out: the file says what is
 * known about people, and an import of it elsewhere must be able to say all of it again.
 */
export function customerCells(profile: ExportedProfile): string[] {
  return [
    // A plus and digits is a number to a spreadsheet, never a formula.
    profile.whatsappPhone ?? '',
    profile.waId ?? '',
    profile.whatsappUserId ?? '',
    ...[
      profile.username,
      profile.displayName,
      profile.email,
      profile.address,
      profile.city,
      profile.state,
    ].map((text) => toCsvCell(text ?? '')),
    ...[profile.zipcode, profile.country, profile.customerTier].map((text) => toCsvCell(text ?? '')),
    toCsvCell(tagsText(profile.tags)),
    String(profile.isActive),
    profile.subscription,
    profile.marketingOptInAt?.toISOString() ?? '',
    profile.marketingOptOutAt?.toISOString() ?? '',
    profile.attributesText === '{}' ? '' : profile.attributesText,
  ];
}

/** Separated by semicolons as people write them; as JSON when a tag holds a separator itself. */
function tagsText(tags: readonly string[]): string {
  const isPlain = tags.every((tag) => !/[;,]/.test(tag)) && tags[0]?.startsWith('[') !== true;
  return isPlain ? tags.join(';') : JSON.stringify(tags);
}
