export type SealedField = 'access_token' | 'app_secret';

/** The context that a credential is sealed in: it opens only in its own row and field. */
export function sealedAs(senderId: string, field: SealedField): string {
  return `sender:${senderId}:${field}`;
}
