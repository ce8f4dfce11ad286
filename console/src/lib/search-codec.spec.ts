import { describe, expect, it } from '@jest/globals';
import { oneOf, position, readSearch, text, writeSearch } from './search-codec.ts';

const CODEC = { status: oneOf(['all', 'paused'], 'all'), search: text() };

describe('filters in the address', () => {
  it('are what they were after they were written', () => {
    const search = writeSearch(CODEC, '', { status: 'paused', search: 'Diwali & more' });
    expect(readSearch(CODEC, search)).toEqual({ status: 'paused', search: 'Diwali & more' });
  });

  it('leave out defaults and keep what they do not know', () => {
    expect(writeSearch(CODEC, 'status=paused&x=1', { status: 'all', search: '' })).toBe('x=1');
  });

  it('read nonsense as the default', () => {
    expect(readSearch(CODEC, '?status=<b>')).toEqual({ status: 'all', search: '' });
  });

  it('hold the position in a list, and the first page needs none', () => {
    const codec = { from: position };
    expect(writeSearch(codec, 'from=51', { from: 101 })).toBe('from=101');
    expect(writeSearch(codec, 'from=51', { from: 1 })).toBe('');
    expect(['?from=51', '', '?from=-3', '?from=1e9'].map((at) => readSearch(codec, at).from)).toEqual([
      51, 1, 1, 1,
    ]);
  });
});
