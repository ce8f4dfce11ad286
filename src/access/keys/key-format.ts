import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits cannot be guessed, so storing a plain hash is enough, and looking it up is one index access. */
export function newKey(): string {
  return `dbk_${randomBytes(32).toString('base64url')}`;
}

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** The part of a key that a list may show: at most a third, as a key chosen by an operator may be short. */
export function prefixOf(key: string): string {
  return `${key.slice(0, Math.min(10, Math.floor(key.length / 3)))}…`;
}

/** The key from the headers: `Authorization: Bearer KEY` or `X-API-Key: KEY`. */
export function keyFrom(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): string | undefined {
  const bearer = /^Bearer +(\S+)\s*$/i.exec(single(headers['authorization']) ?? '');
  return bearer?.[1] ?? single(headers['x-api-key'])?.trim();
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
