import type { ValueKind } from '../language/operators.js';

/** A field that every organization has, under the name that the API uses for it. */
export interface KnownField {
  path: string;
  label: string;
  type: ValueKind;
  /** Takes a `window`: counts only what happened within a length of time before now. */
  hasWindow: boolean;
}

const COLUMNS: readonly [path: string, label: string, type: ValueKind][] = [
  ['name', 'Name', 'text'],
  ['phoneNumber', 'Phone number', 'phone'],
  ['email', 'E-mail', 'text'],
  ['tags', 'Tags', 'set'],
  ['customerTier', 'Tier', 'text'],
  ['city', 'City', 'text'],
  ['state', 'State', 'text'],
  ['zipcode', 'Postal code', 'text'],
  ['country', 'Country', 'text'],
  ['address', 'Address', 'text'],
  ['subscription', 'Subscription', 'text'],
  ['isActive', 'Active', 'flag'],
  ['marketingOptInAt', 'Agreed to marketing', 'instant'],
  ['marketingOptOutAt', 'Stopped marketing', 'instant'],
  ['lastInboundAt', 'Last wrote to us', 'instant'],
  ['createdAt', 'Added', 'instant'],
  ['updatedAt', 'Last changed', 'instant'],
  ['username', 'WhatsApp username', 'text'],
  ['waId', 'WhatsApp id', 'text'],
  ['whatsappUserId', 'WhatsApp user id', 'text'],
  ['id', 'Customer id', 'id'],
];

const HISTORY: readonly [path: string, label: string, type: ValueKind][] = [
  ['orders.count', 'Number of orders', 'number'],
  ['orders.total', 'Total of orders', 'number'],
  ['orders.lastAt', 'Last order', 'instant'],
  ['orders.products', 'Ordered products', 'product'],
  ['campaigns.received', 'Received campaigns', 'event'],
  ['campaigns.read', 'Read campaigns', 'event'],
  ['campaigns.responded', 'Answered campaigns', 'event'],
  ['campaigns.clicked', 'Clicked in campaigns', 'event'],
];

export const CUSTOMER_FIELDS: readonly KnownField[] = COLUMNS.map(([path, label, type]) => ({
  ...{ path, label, type },
  hasWindow: false,
}));

export const HISTORY_FIELDS: readonly KnownField[] = HISTORY.map(([path, label, type]) => ({
  ...{ path, label, type },
  hasWindow: true,
}));
