import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Cipher } from './cipher.js';

const cipher = new Cipher(Buffer.alloc(32, 1));

describe('Cipher', () => {
  it('opens what it sealed, whatever it was', () => {
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
    ['when it is no secret of ours', () => cipher.decrypt('plain', 'sender:1')],
  ])('does not open %s', (_, open) => {
    const sealed = cipher.encrypt('EAAG-token', 'sender:1');
    expect(() => open(sealed)).toThrow();
  });
});

function flipLastByte(sealed: string): string {
  const bytes = Buffer.from(sealed.slice(3), 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return `v1:${bytes.toString('base64')}`;
}
