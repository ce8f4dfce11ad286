/** What is to be written down about a template; the time comes with the writing. */
export interface NewEvent {
  organizationId: string;
  businessAccountId: string;
  name: string;
  language: string;
  /** What was done here, what Meta changed, or a status in lower case: `approved`, `rejected`, `paused` ... */
  kind: string;
  before?: string | null;
  after?: string | null;
  reason?: string | null;
  actorId?: string | null;
}
