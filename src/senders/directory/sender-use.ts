/**
 * Which campaigns name a sender. They stand above the senders, so they implement this class instead of being imported
 * here.
 */
export abstract class SenderUse {
  /** Newest first; a name that several campaigns have comes once for each. */
  abstract campaignNames(organizationId: string, senderId: string): Promise<string[]>;
}
