import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerHandshake, verifySignature } from './verify-signature.js';

const SECRET = 'app-secret';
const sign = (body: Buffer | string, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const ASCII = Buffer.from('{"text":"caf\\u00e9 \\ud83c\\udf89 a\\/b"}');
const DECODED = Buffer.from('{"text":"café 🎉 a\\/b"}');

describe('verifySignature', () => {
  it.each([
    ['the raw bytes', ASCII, sign(ASCII), [SECRET]],
    ['raw bytes beyond ASCII', DECODED, sign(DECODED), [SECRET]],
    ['the escaped form of a body decoded on the way', DECODED, sign(ASCII), [SECRET]],
    ['the second of two secrets', ASCII, sign(ASCII), ['old', SECRET]],
    ['upper-case hex', ASCII, sign(ASCII).replace(/=.*/, (hex) => hex.toUpperCase()), [SECRET]],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]), sign(Buffer.from([0xff, 0xfe])), [SECRET]],
    ['an empty body', Buffer.alloc(0), sign(''), [SECRET]],
  ])('takes a signature over %s', (_, body, header, secrets) => {
    expect(verifySignature(body, header, secrets)).toBe(true);
  });

  it.each([
    ['no header', ASCII, undefined, [SECRET]],
    ['two headers', ASCII, [sign(ASCII), sign(ASCII)], [SECRET]],
    ['an empty header', ASCII, '', [SECRET]],
    ['another scheme', ASCII, sign(ASCII).replace('sha256', 'sha1'), [SECRET]],
    ['a cut signature', ASCII, sign(ASCII).slice(0, -2), [SECRET]],
    ['a longer signature', ASCII, `${sign(ASCII)}00`, [SECRET]],
    ['a line break after it', ASCII, `${sign(ASCII)}\n`, [SECRET]],
    ['another secret', ASCII, sign(ASCII, 'other'), [SECRET]],
    ['no secrets', ASCII, sign(ASCII), []],
    ['an empty secret', ASCII, sign(ASCII, ''), ['']],
    ['another body', DECODED, sign('{}'), [SECRET]],
    ['re-serialised JSON', Buffer.from(JSON.stringify(JSON.parse(ASCII.toString()))), sign(ASCII), [SECRET]],
  ])('refuses %s', (_, body, header, secrets) => {
    expect(verifySignature(body, header, secrets)).toBe(false);
  });

  it('refuses a body with any bit turned', () => {
    const header = sign(DECODED);
    fc.assert(
      fc.property(fc.nat(DECODED.length * 8 - 1), (bit) => {
        const body = Buffer.from(DECODED);
        body.writeUInt8(body.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(verifySignature(body, header, [SECRET])).toBe(false);
      }),
    );
  });

  it('never throws, whatever the header', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (body, header) => {
        expect(verifySignature(Buffer.from(body), header, [SECRET])).toBe(false);
      }),
    );
  });
});

describe('answerHandshake', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': 'mine' };

  it('echoes the challenge', () => {
    expect(answerHandshake(query, 'mine')).toBe('1158201444');
  });

  it.each([
    ['another token', { ...query, 'hub.verify_token': 'theirs' }, 'mine'],
    ['a token that only begins alike', { ...query, 'hub.verify_token': 'mine2' }, 'mine'],
    ['a repeated token', { ...query, 'hub.verify_token': ['mine', 'mine'] }, 'mine'],
    ['another mode', { ...query, 'hub.mode': 'unsubscribe' }, 'mine'],
    ['no challenge', { ...query, 'hub.challenge': undefined }, 'mine'],
    ['nothing', {}, 'mine'],
    ['no token of our own', { ...query, 'hub.verify_token': '' }, ''],
  ])('refuses %s', (_, given, token) => {
    expect(answerHandshake(given, token)).toBeNull();
  });
});
