import type { AnyItem } from './webhook-items.js';

export interface OwningSender {
  id: string;
  organizationId: string;
  phoneNumberId: string;
  businessAccountId: string | null;
  /** Fingerprint of the app secret that signs the sender's webhooks. */
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
 * The owner of the number or account that an item is about. Undefined: no such sender exists here, or the signer
 * of the event must not report about it. The number decides. For the account as a whole, and for numbers of it that
 * are not connected, the account's senders decide.
 */
export function ownerOf(
  item: AnyItem,
  senders: readonly OwningSender[],
  signedBy: { signer: string; isOperator: boolean },
): Owner | undefined {
  const mayReport = ({ signer }: OwningSender): boolean => signedBy.isOperator || signer === signedBy.signer;
  const phone = phoneOf(item);
  const sender = senders.find(({ phoneNumberId }) => phoneNumberId === phone);
  if (sender !== undefined) {
    const { organizationId, id: senderId } = sender;
    return mayReport(sender) ? { organizationId, organizationIds: [organizationId], senderId } : undefined;
  }
  const inAccount = senders.filter(
    (one) => one.businessAccountId !== null && one.businessAccountId === item.wabaId && mayReport(one),
  );
  const organizationIds = [...new Set(inAccount.map((one) => one.organizationId))];
  const [organizationId, ...others] = organizationIds;
  if (organizationId === undefined) return undefined;
  return { organizationId: others.length === 0 ? organizationId : null, organizationIds, senderId: null };
}

/**
 * The organizations with a catalog of this id at Meta. Whichever app of ours signed the event may report about it: such
 * an event changes nothing, it only makes us look, and that at most once an hour.
 */
export function catalogOwner(
  { catalogId }: { catalogId: string },
  catalogs: readonly { organizationId: string; metaCatalogId: string }[],
): Owner | undefined {
  const owners = catalogs.filter(({ metaCatalogId }) => metaCatalogId === catalogId);
  const organizationIds = [...new Set(owners.map(({ organizationId }) => organizationId))];
  const [organizationId, ...others] = organizationIds;
  if (organizationId === undefined) return undefined;
  return { organizationId: others.length === 0 ? organizationId : null, organizationIds, senderId: null };
}
