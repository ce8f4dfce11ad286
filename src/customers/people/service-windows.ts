/**
 * Until when somebody may be written to without a template. Told by the conversations, which stand above the
 * customers: so they provide this, and nobody down here has to know them.
 */
export abstract class ServiceWindows {
  /** Null: no window is open. */
  abstract closesAt(organizationId: string, customerId: string): Promise<Date | null>;
}
