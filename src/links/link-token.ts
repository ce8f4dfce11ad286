import { createHmac, timingSafeEqual } from 'node:crypto';

/** The name under which the key of links is derived from that of the installation. */
export const LINK_KEY = 'drumbeat links v1';

const UNIT = 16;
const SIGNED = UNIT + 1 + 4;
const MARK = 6;
/** Which key has signed. The key outlives a change of ENCRYPTION_KEY, so there has been one so far. */
const VERSION = 0;
const TOKEN = /^[A-Za-z0-9_-]{36}$/;

/** Stands for nobody: in previews and tests, whose clicks count for no recipient. */
export const NO_UNIT = '00000000-0000-0000-0000-000000000000';

export interface LinkTarget {
  /** The recipient of a campaign, or the message, whose link it is. */
  unit: string;
  /** Of the tracked link. */
  number: number;
}

/** What stands at the end of a tracked address. 36 characters, and nothing is stored for it until somebody clicks. */
export function linkToken({ unit, number }: LinkTarget, key: Buffer): string {
  const signed = Buffer.alloc(SIGNED);
  signed.write(unit.replaceAll('-', ''), 0, 'hex');
  signed.writeUInt8(VERSION, UNIT);
  signed.writeUInt32BE(number, UNIT + 1);
  return Buffer.concat([signed, markOf(signed, key)]).toString('base64url');
}

/** Undefined: this installation has not made it. */
export function readLinkToken(token: string, key: Buffer): LinkTarget | undefined {
  if (!TOKEN.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const signed = bytes.subarray(0, SIGNED);
  if (bytes.readUInt8(UNIT) !== VERSION) return undefined;
  if (!timingSafeEqual(bytes.subarray(SIGNED), markOf(signed, key))) return undefined;
  return { unit: uuidOf(signed), number: signed.readUInt32BE(UNIT + 1) };
}

function markOf(signed: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(signed).digest().subarray(0, MARK);
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, UNIT);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
