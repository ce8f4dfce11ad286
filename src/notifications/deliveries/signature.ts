import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** As Standard Webhooks says: the id, the time in seconds and the exact bytes of the body are signed together. */
export function sign(secret: string, { id, timestamp, body }: SignedContent): string {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

export interface SignedContent {
  id: string;
  /** Seconds since 1970. */
  timestamp: number;
  body: string;
}

/** One signature for each secret, so that a receiver may know either while the secret is rotated. */
export function signedHeaders(secrets: readonly string[], content: SignedContent): Record<string, string> {
  return {
    'webhook-id': content.id,
    'webhook-timestamp': String(content.timestamp),
    'webhook-signature': secrets.map((secret) => sign(secret, content)).join(' '),
  };
}
