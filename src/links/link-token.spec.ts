import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Cipher } from '../platform/encryption/cipher.js';
import { LINK_KEY, linkToken, readLinkToken } from './link-token.js';

const keyOf = (cipher: Cipher): Buffer => cipher.derivedKey(LINK_KEY);
const KEY = keyOf(new Cipher(Buffer.alloc(32)));
const GOLDEN = 'AZAAAAAAcACAAAAAAAAAAQAAAAABmb3UbrUK';
const TARGET = { unit: '01900000-0000-7000-8000-000000000001', number: 1 };

describe('the token of a link', () => {
  it('stays what it is: it stands in the phones of people', () => {
    expect(linkToken(TARGET, KEY)).toBe(GOLDEN);
    expect(readLinkToken(GOLDEN, KEY)).toEqual(TARGET);
  });

  it('names its message and its link, whatever they are', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (unit, number) => {
        const token = linkToken({ unit, number }, KEY);
        expect(token).toMatch(/^[\w-]{36}$/);
        expect(readLinkToken(token, KEY)).toEqual({ unit, number });
      }),
    );
  });

  it('is rejected when a single bit of it is changed', () => {
    const bytes = Buffer.from(GOLDEN, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readLinkToken(forged.toString('base64url'), KEY)).toBeUndefined();
    }
  });

  it.each([
    '',
    'x',
    GOLDEN.slice(1),
    `${GOLDEN}A`,
    `${GOLDEN.slice(0, 35)}=`,
    '../../etc/passwd',
    '%00'.repeat(12),
  ])('is rejected as %j', (token) => {
    expect(readLinkToken(token, KEY)).toBeUndefined();
  });

  it('is rejected by another installation', () => {
    expect(readLinkToken(GOLDEN, keyOf(new Cipher(Buffer.alloc(32, 1))))).toBeUndefined();
  });

  it('outlives a change of the encryption key', () => {
    const [old, fresh] = [Buffer.alloc(32), Buffer.alloc(32, 2)];
    const changing = new Cipher(fresh, old);
    changing.usePreviousForHashes();
    expect(readLinkToken(GOLDEN, keyOf(changing))).toEqual(TARGET);
    const after = new Cipher(fresh);
    after.useHashKey(changing.sealedHashKey());
    expect(readLinkToken(GOLDEN, keyOf(after))).toEqual(TARGET);
  });
});
