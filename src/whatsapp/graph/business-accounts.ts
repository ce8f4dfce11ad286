/** A WhatsApp Business Account (WABA) in which an organization has numbers, with a token that may read it. */
export interface BusinessAccount {
  organizationId: string;
  businessAccountId: string;
  token: string;
}

/**
 * Reading from a whole account (templates, catalogs) needs one of its tokens. The tokens belong to the senders, which
 * stand on the same floor, so the senders provide this and the others need not know them.
 */
export abstract class BusinessAccounts {
  /** Each account once, that of the default sender first. */
  abstract of(organizationId: string): Promise<BusinessAccount[]>;
  /** The account of one sender, or of the default one; throws when it is not known. */
  abstract ofSender(organizationId: string, senderId?: string): Promise<BusinessAccount>;
  /** Of every organization. */
  abstract all(): Promise<BusinessAccount[]>;
}
