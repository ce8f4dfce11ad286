import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smallestStandstill } from '../../../test/support/standstill.js';
import { answerHandshake, findSigner } from './verify-signature.js';

const SECRET = 'app-secret';
const sign = (body: Buffer | string, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const ASCII = Buffer.from('{"text":"caf\\u00e9 \\ud83c\\udf89 a\\/b"}');
const DECODED = Buffer.from('{"text":"café 🎉 a\\/b"}');

const verifySignature = async (
  body: Buffer,
  header: string | readonly string[] | undefined,
  secrets: readonly string[],
): Promise<boolean> => {
  const signer = await findSigner(body, header, secrets.entries());
  return signer !== undefined;
};

describe('findSigner', () => {
  it.each([
    ['the raw bytes', ASCII, sign(ASCII), [SECRET]],
    ['raw bytes beyond ASCII', DECODED, sign(DECODED), [SECRET]],
    ['the escaped form of a body decoded on the way', DECODED, sign(ASCII), [SECRET]],
    ['the second of two secrets', ASCII, sign(ASCII), ['old', SECRET]],
    ['upper-case hex', ASCII, sign(ASCII).replace(/=.*/, (hex) => hex.toUpperCase()), [SECRET]],
    ['bytes that are not text', Buffer.from([0xff, 0xfe]), sign(Buffer.from([0xff, 0xfe])), [SECRET]],
    ['an empty body', Buffer.alloc(0), sign(''), [SECRET]],
  ])('takes a signature over %s', async (_, body, header, secrets) => {
    expect(await verifySignature(body, header, secrets)).toBe(true);
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
  ])('refuses %s', async (_, body, header, secrets) => {
    expect(await verifySignature(body, header, secrets)).toBe(false);
  });

  it('refuses a body with any bit turned', async () => {
    const header = sign(DECODED);
    await fc.assert(
      fc.asyncProperty(fc.nat(DECODED.length * 8 - 1), async (bit) => {
        const body = Buffer.from(DECODED);
        body.writeUInt8(body.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(await verifySignature(body, header, [SECRET])).toBe(false);
      }),
    );
  });

  it('never throws, whatever the header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.string(), async (body, header) => {
        expect(await verifySignature(Buffer.from(body), header, [SECRET])).toBe(false);
      }),
    );
  });
});

describe('findSigner on large bodies', () => {
  const sixty = Array.from({ length: 60 }, (_, n) => [n, `secret-${n}`] as const);

  it('escapes any text as JSON.stringify with ASCII output would, across its slices', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(3), async (text, pad) => {
        // Long enough to be cut, at a place that may fall between the two units of a character.
        const body = 'x'.repeat(64 * 1024 - pad) + text;
        const escaped = body.replace(
          /[\u0080-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        expect(await findSigner(Buffer.from(body), sign(escaped), [['mine', SECRET]])).toBe('mine');
      }),
      { numRuns: 30 },
    );
  });

  it('leaves the event loop free while 60 secrets are tried on 4 MB of é', async () => {
    const header = `sha256=${'0'.repeat(64)}`;
    const standstill = await smallestStandstill(async () => {
      expect(await findSigner(Buffer.from('é'.repeat(2_000_000)), header, sixty)).toBeUndefined();
    });
    expect(standstill).toBeLessThan(250);
  });

  it('names the secret that signed', async () => {
    expect(await findSigner(ASCII, sign(ASCII, 'secret-41'), sixty)).toBe(41);
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
