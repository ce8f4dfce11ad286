import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Cipher } from './cipher.js';

const cipher = new Cipher(Buffer.alloc(32, 1));

describe('Cipher', () => {
  it('opens whatever it sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, context) => {
        expect(cipher.decrypt(cipher.encrypt(plain, context), context)).toBe(plain);
      }),
    );
  });

  it('never seals the same text the same way twice', () => {
    expect(cipher.encrypt('token', 'a')).not.toBe(cipher.encrypt('token', 'a'));
  });

  it.each([
    ['in another place', (sealed: string) => cipher.decrypt(sealed, 'sender:2')],
    ['with another key', (sealed: string) => new Cipher(Buffer.alloc(32, 2)).decrypt(sealed, 'sender:1')],
    ['after one bit was changed', (sealed: string) => cipher.decrypt(flipLastByte(sealed), 'sender:1')],
    ['when it was not sealed here', () => cipher.decrypt('plain', 'sender:1')],
  ])('does not open %s', (_, open) => {
    const sealed = cipher.encrypt('EAAG-token', 'sender:1');
    expect(() => open(sealed)).toThrow();
  });
});

describe('while the key is being changed', () => {
  const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const changing = new Cipher(fresh, old);

  it('opens what both keys have sealed, and seals with the new one', () => {
    expect(changing.decrypt(new Cipher(old).encrypt('a', 'x'), 'x')).toBe('a');
    const sealed = changing.encrypt('b', 'x');
    expect(sealed.startsWith(changing.sealPrefix)).toBe(true);
    expect(new Cipher(fresh).decrypt(sealed, 'x')).toBe('b');
    expect(() => new Cipher(old).decrypt(sealed, 'x')).toThrow(
      'sealed with a key that this process does not have',
    );
  });

  it('opens values from before they named their key', () => {
    const unnamed = (key: Buffer): string => `v1:${new Cipher(key).encrypt('a', 'x').split(':')[2] ?? ''}`;
    expect([changing.decrypt(unnamed(old), 'x'), changing.decrypt(unnamed(fresh), 'x')]).toEqual(['a', 'a']);
    expect(() => changing.decrypt(unnamed(Buffer.alloc(32, 3)), 'x')).toThrow();
  });

  it('keeps its hashes', () => {
    const hash = new Cipher(old).hash('+447911120001');
    changing.usePreviousForHashes();
    expect(changing.hash('+447911120001')).toBe(hash);
    const after = new Cipher(fresh);
    after.useHashKey(changing.sealedHashKey());
    expect(after.hash('+447911120001')).toBe(hash);
    expect(after.keyWith(new Cipher(old).fingerprint())).toBeUndefined();
  });
});

function flipLastByte(sealed: string): string {
  const begin = sealed.lastIndexOf(':') + 1;
  const bytes = Buffer.from(sealed.slice(begin), 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return sealed.slice(0, begin) + bytes.toString('base64');
}
