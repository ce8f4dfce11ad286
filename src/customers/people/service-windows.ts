/**
 * When a customer's service window closes, until which messages need no template. The conversations know it. They
 * stand above the customers, so they implement this class instead of being imported here.
 */
export abstract class ServiceWindows {
  /** Null: no window is open. */
  abstract closesAt(organizationId: string, customerId: string): Promise<Date | null>;
}
