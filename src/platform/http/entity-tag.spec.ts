import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entityTag, Precondition } from './entity-tag.js';

const TAG = entityTag('campaign', '1', { name: 'Sale' });
const isMet = (header: string): boolean => {
  try {
    Precondition.parse(header).assertMet(TAG);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'precondition', code: 'precondition_failed' });
    return false;
  }
};

describe('a tag', () => {
  it('is strong, and is a tag by the grammar', () => {
    expect(TAG).toMatch(/^"[\w-]{27}"$/);
    expect(isMet(TAG)).toBe(true);
  });

  it('is the same for the same values, and another one for others, another object or another kind', () => {
    expect(entityTag('campaign', '1', { name: 'Sale' })).toBe(TAG);
    const others = [
      entityTag('campaign', '1', { name: 'sale' }),
      entityTag('campaign', '2', { name: 'Sale' }),
      entityTag('segment', '1', { name: 'Sale' }),
    ];
    expect(new Set([TAG, ...others]).size).toBe(4);
  });

  it('differs when a value differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const isEqual = JSON.stringify(a) === JSON.stringify(b);
        expect(entityTag('x', '1', a) === entityTag('x', '1', b)).toBe(isEqual);
      }),
    );
  });
});

describe('If-Match', () => {
  it.each([
    [TAG, true],
    ['*', true],
    [' * ', true],
    [`"other", ${TAG}`, true],
    [`"a,b" ,\t${TAG}`, true],
    ['"other"', false],
    ['""', false],
    [`W/${TAG}`, false],
    [`W/"other",W/${TAG}`, false],
  ])('%s: %s', (header, met) => {
    expect(isMet(header)).toBe(met);
  });

  it.each(['', 'abc', TAG.slice(1), `${TAG} ${TAG}`, `${TAG},`, `*, ${TAG}`, `w/${TAG}`, '"a"b"'])(
    'is refused: %s',
    (header) => {
      expect(() => Precondition.parse(header)).toThrow(expect.objectContaining({ kind: 'invalid' }));
    },
  );

  it('is read in time that grows with its length only', () => {
    const header = `${'"a", '.repeat(3_000)}x`;
    expect(() => Precondition.parse(header)).toThrow();
  });
});
