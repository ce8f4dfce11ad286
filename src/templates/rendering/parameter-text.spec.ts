import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isLongerThan, parameterText } from './parameter-text.js';
import { urlSuffix } from './url-suffix.js';

describe('parameterText', () => {
  it.each([
    ['Ana', 'Ana'],
    ['  Ana  ', 'Ana'],
    ['a\nb', 'a b'],
    ['a\r\n\r\nb', 'a b'],
    ['a \t b', 'a b'],
    ['a    b', 'a    b'],
    ['a     b', 'a b'],
    ['a\u2028b', 'a b'],
    ['a\u0000b', 'a b'],
    ['a\u00a0b', 'a\u00a0b'],
    ['a\ud800b', 'a\ufffdb'],
    ['🎉', '🎉'],
    [0, '0'],
    [false, 'false'],
    ['', undefined],
    [' \n\t', undefined],
    [null, undefined],
    [undefined, undefined],
    [{}, undefined],
    [['a'], undefined],
  ])('makes %j sendable as %j', (value, text) => {
    expect(parameterText(value)).toBe(text);
  });

  it("is always within Meta's rules, and changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = parameterText(value);
        fc.pre(text !== undefined);
        expect(text).not.toMatch(/[\n\r\t]| {5}/);
        expect(text).toBe(text.trim());
        expect(parameterText(text)).toBe(text);
      }),
    );
  });
});

describe('isLongerThan', () => {
  it.each([
    ['abc', 3, false],
    ['abcd', 3, true],
    ['🎉🎉🎉', 3, false],
    ['🎉🎉🎉🎉', 3, true],
    ['x'.repeat(100), 3, true],
  ])('%s against %i: %p', (text, limit, longer) => {
    expect(isLongerThan(text, limit)).toBe(longer);
  });
});

describe('urlSuffix', () => {
  const PREFIX = 'https://r.example.com/c/';

  it.each([
    ['abc', 'abc'],
    ['r/9f3kQ2?x=1&y=2#z', 'r/9f3kQ2?x=1&y=2#z'],
    ['a%20b', 'a%20b'],
    ['a b"<é🎉', 'a%20b%22%3C%C3%A9%F0%9F%8E%89'],
    [`${PREFIX}abc`, 'abc'],
    [PREFIX, null],
    ['https://r.example.com/d/abc', null],
    ['HTTP://x', null],
    ['javascript://x', null],
  ])('makes %s the suffix %s', (value, suffix) => {
    expect(urlSuffix(value, PREFIX)).toBe(suffix);
  });
});
