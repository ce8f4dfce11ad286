import type { AnyItem } from './webhook-items.js';

export interface OwningSender {
  id: string;
  organizationId: string;
  phoneNumberId: string;
  businessAccountId: string | null;
  /** Fingerprint of the app secret that signs its webhooks. */
  signer: string | null;
}

export interface Owner {
  organizationId: string | null;
  organizationIds: readonly string[];
  senderId: string | null;
}

const phoneOf = (item: AnyItem): string | null => ('phoneNumberId' in item ? item.phoneNumberId : null);

export function namedIn(items: readonly AnyItem[]): {
  phoneNumberIds: string[];
  businessAccountIds: string[];
} {
  const phones = new Set(items.map(phoneOf));
  const accounts = new Set(items.map(({ wabaId }) => wabaId));
  const known = (ids: Set<string | null>): string[] => [...ids].filter((id) => id !== null);
  return { phoneNumberIds: known(phones), businessAccountIds: known(accounts) };
}

/**
 * Whom an item is about; undefined: nobody here, or somebody for whom the signer of the event must not speak. The
 * number decides; for the account as a whole, and for numbers of it that are not connected, its senders do.
 */
export function ownerOf(
  item: AnyItem,
  senders: readonly OwningSender[],
  signedBy: { signer: string; isOperator: boolean },
): Owner | undefined {
  const mayTell = ({ signer }: OwningSender): boolean => signedBy.isOperator || signer === signedBy.signer;
  const phone = phoneOf(item);
  const sender = senders.find(({ phoneNumberId }) => phoneNumberId === phone);
  if (sender !== undefined) {
    const { organizationId, id: senderId } = sender;
    return mayTell(sender) ? { organizationId, organizationIds: [organizationId], senderId } : undefined;
  }
  const inAccount = senders.filter(
    (one) => one.businessAccountId !== null && one.businessAccountId === item.wabaId && mayTell(one),
  );
  const organizationIds = [...new Set(inAccount.map((one) => one.organizationId))];
  const [organizationId, ...others] = organizationIds;
  if (organizationId === undefined) return undefined;
  return { organizationId: others.length === 0 ? organizationId : null, organizationIds, senderId: null };
}
