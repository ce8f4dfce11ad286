import { randomBytes } from 'node:crypto';

/** The form that Standard Webhooks asks for: the libraries of receivers take it as it is. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The context that a secret is sealed in. The same for the present and the previous one: a rotation moves it. */
export function sealedAs(endpointId: string): string {
  return `webhook-endpoint:${endpointId}`;
}
