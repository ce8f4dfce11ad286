/** The context that a stored answer is sealed in. */
export function sealedAs({ organizationId, key }: { organizationId: string; key: string }): string {
  return `idempotency:${organizationId}:${key}`;
}
