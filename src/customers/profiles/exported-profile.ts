import type { Subscription } from './subscription.js';

/** What an export holds of a profile. */
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
  /** As PostgreSQL writes them: JavaScript cannot hold a number of 20 digits. */
  attributesText: string;
}
