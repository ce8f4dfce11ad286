import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/i;
/** Bytes escaped or hashed before other requests get their turn: some 5 ms of work. */
const BYTES_A_TURN = 2 * 1024 * 1024;

/** A digest made in turns, so that a large body under many secrets never holds up the event loop. */
class TurnTaker {
  private bytes = 0;

  async spend(bytes: number): Promise<void> {
    this.bytes += bytes;
    if (this.bytes < BYTES_A_TURN) return;
    this.bytes = 0;
    await nextTurn();
  }
}

/**
 * Finds the secret that made `X-Hub-Signature-256` over these raw bytes. Anything missing or malformed, also on our
 * side, is undefined. All secrets are always tried, so the time reveals nothing about them.
 *
 * Meta signs the body with every non-ASCII character written as \uXXXX, and a proxy may have decoded it on the way:
 * a body that is not ASCII and matches no secret is escaped, once, and tried again.
 */
export async function findSigner<Id>(
  rawBody: Buffer,
  header: string | readonly string[] | undefined,
  secrets: Iterable<readonly [Id, string]>,
): Promise<Id | undefined> {
  const hex = typeof header === 'string' ? SIGNATURE.exec(header)?.[1] : undefined;
  if (hex === undefined) return undefined;
  const signature = Buffer.from(hex, 'hex');
  const usable = [...secrets].filter(([, secret]) => secret !== '');
  const turns = new TurnTaker();
  const signer = await signerAmong(usable, [rawBody], signature, turns);
  if (signer !== undefined || usable.length === 0 || isAscii(rawBody) || !isUtf8(rawBody)) return signer;
  return signerAmong(usable, await escapeNonAscii(rawBody, turns), signature, turns);
}

async function signerAmong<Id>(
  secrets: readonly (readonly [Id, string])[],
  body: readonly Buffer[],
  signature: Buffer,
  turns: TurnTaker,
): Promise<Id | undefined> {
  let found: Id | undefined;
  for (const [id, secret] of secrets) {
    const hmac = createHmac('sha256', secret);
    for (const part of body) {
      for (let from = 0; from < part.length; from += BYTES_A_TURN) {
        const chunk = part.subarray(from, from + BYTES_A_TURN);
        hmac.update(chunk);
        await turns.spend(chunk.length);
      }
    }
    if (timingSafeEqual(hmac.digest(), signature)) found = id;
  }
  return found;
}

const HEX = Buffer.from('0123456789abcdef');
const SLICE_UNITS = 64 * 1024;

/** The text with every UTF-16 unit beyond ASCII as \uXXXX, in parts. */
async function escapeNonAscii(body: Buffer, turns: TurnTaker): Promise<Buffer[]> {
  const text = body.toString('utf8');
  const parts: Buffer[] = [];
  for (let from = 0; from < text.length; from += SLICE_UNITS) {
    const end = Math.min(text.length, from + SLICE_UNITS);
    // Six bytes for a unit is the most there can be.
    const part = Buffer.allocUnsafe((end - from) * 6);
    let length = 0;
    for (let at = from; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit < 0x80) {
        part[length++] = unit;
        continue;
      }
      part[length++] = 0x5c;
      part[length++] = 0x75;
      for (let shift = 12; shift >= 0; shift -= 4) part[length++] = HEX[(unit >> shift) & 0xf] ?? 0;
    }
    parts.push(part.subarray(0, length));
    // A unit costs about as much to escape as six bytes cost to hash.
    await turns.spend((end - from) * 6);
  }
  return parts;
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
