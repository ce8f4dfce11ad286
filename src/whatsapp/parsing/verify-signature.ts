import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/i;

/** Meta signs the body with every non-ASCII character written as \uXXXX; a proxy may have decoded it on the way. */
function escapeNonAscii(body: Buffer): string {
  return body
    .toString('utf8')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function signedWith(secret: string, body: Buffer | string, signature: Buffer): boolean {
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature);
}

/**
 * Whether `X-Hub-Signature-256` was made over these raw bytes with one of the app secrets. Anything missing or
 * malformed, also on our side, is a no. All secrets are always tried, so the time tells nothing about them.
 */
export function verifySignature(
  rawBody: Buffer,
  header: string | readonly string[] | undefined,
  secrets: readonly string[],
): boolean {
  const hex = typeof header === 'string' ? SIGNATURE.exec(header)?.[1] : undefined;
  if (hex === undefined) return false;
  const signature = Buffer.from(hex, 'hex');
  const usable = secrets.filter((secret) => secret !== '');
  const anySigned = (body: Buffer | string): boolean =>
    usable.map((secret) => signedWith(secret, body, signature)).includes(true);
  if (anySigned(rawBody)) return true;
  return !isAscii(rawBody) && isUtf8(rawBody) && anySigned(escapeNonAscii(rawBody));
}

/** Hashing first makes the lengths equal, so that not even the length of the token shows in the time. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The challenge to echo when the handshake of a new webhook URL is in order, else null. */
export function answerHandshake(
  query: Readonly<Record<string, unknown>>,
  verifyToken: string,
): string | null {
  const challenge = query['hub.challenge'];
  const token = query['hub.verify_token'];
  if (query['hub.mode'] !== 'subscribe' || typeof token !== 'string' || typeof challenge !== 'string')
    return null;
  return verifyToken !== '' && sameSecret(token, verifyToken) ? challenge : null;
}
