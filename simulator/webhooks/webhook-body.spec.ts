import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeLikeMeta, signature, webhookBody, webhookEntry } from './webhook-body.js';

it.each([
  ['"a/b"', '"a\\/b"'],
  ['"é"', '"\\u00e9"'],
  ['"🌻"', '"\\ud83c\\udf3b"'],
  ['"₹\\n"', '"\\u20b9\\n"'],
])('%s is written %s', (json, escaped) => {
  expect(escapeLikeMeta(json)).toBe(escaped);
});

it('means the same and is plain ASCII, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeLikeMeta(JSON.stringify(text));
      expect(escaped).toMatch(/^[\x20-\x7e]*$/);
      expect(JSON.parse(escaped)).toBe(text);
    }),
  );
});

it('is signed as RFC 4231 says (its second test case)', () => {
  expect(signature(Buffer.from('what do ya want for nothing?'), 'Jefe')).toBe(
    'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

it('has a time only where one is given', () => {
  expect(webhookBody('catalog', [webhookEntry('1', ['{}'], 7), webhookEntry('2', [])]).toString()).toBe(
    '{"object":"catalog","entry":[{"id":"1","time":7,"changes":[{}]},{"id":"2","changes":[]}]}',
  );
});
