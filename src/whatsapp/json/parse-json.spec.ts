import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonKeepingIds } from './parse-json.js';

describe('parseJsonKeepingIds', () => {
  it.each([
    ['{"id":90071992547409931}', { id: '90071992547409931' }],
    ['{"id": -90071992547409931 }', { id: '-90071992547409931' }],
    ['[1689556908129832,5]', ['1689556908129832', 5]],
    ['{"a":1794000001,"b":"x"}', { a: 1794000001, b: 'x' }],
    [
      '{"text":"a,1234567890123456789","id":1234567890123456789}',
      { text: 'a,1234567890123456789', id: '1234567890123456789' },
    ],
    ['{"text":"q\\",1234567890123456789","n":1}', { text: 'q",1234567890123456789', n: 1 }],
    ['{"n":0.1234567890123456789}', { n: 0.12345678901234568 }],
    ['{"n":12345678901234567890.5}', { n: 12345678901234567000 }],
    ['{"n":1234567890123456e6}', { n: 1.234567890123456e21 }],
  ])('reads %s', (text, expected) => {
    expect(parseJsonKeepingIds(text)).toEqual(expected);
  });

  it.each(['', '{', '{"id":90071992547409931', 'nonsense'])('throws for %s like JSON.parse', (text) => {
    expect(() => parseJsonKeepingIds(text)).toThrow(SyntaxError);
  });

  it('agrees with JSON.parse wherever no long integer occurs', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\d{16}/.test(text));
        expect(parseJsonKeepingIds(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps every digit of an id and every character of the strings around it', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 10n ** 15n, max: 10n ** 30n }),
        fc.string({ unit: 'binary' }),
        (id, text) => {
          expect(parseJsonKeepingIds(`{"text":${JSON.stringify(text)},"id":${id}}`)).toEqual({
            text,
            id: String(id),
          });
        },
      ),
    );
  });
});
