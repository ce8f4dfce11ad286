/** What webhooks name payments by. */
export interface NamedPayments {
  references: readonly string[];
  gatewayIds: readonly string[];
  transactionIds: readonly string[];
}
