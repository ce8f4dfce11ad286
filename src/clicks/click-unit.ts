/** The recipient or the message whose link was opened. */
export interface ClickUnit {
  id: string;
  organizationId: string;
  campaignId: string | null;
  customerId: string | null;
  phoneNumber: string | null;
  sentAt: Date | null;
}
