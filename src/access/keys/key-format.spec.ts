import { describe, expect, it } from '@jest/globals';
import { hashKey, keyFrom, newKey, prefixOf } from './key-format.js';

describe('keyFrom', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{ authorization: 'Bearer dbk_1' }, 'dbk_1'],
    [{ authorization: 'bearer   dbk_1 ' }, 'dbk_1'],
    [{ 'x-api-key': ' dbk_2 ' }, 'dbk_2'],
    [{ authorization: 'Bearer dbk_1', 'x-api-key': 'dbk_2' }, 'dbk_1'],
    [{ authorization: 'Basic dXNlcjpwYXNz' }, undefined],
    [{ authorization: 'Bearer' }, undefined],
    [{}, undefined],
  ])('reads %j as %s', (headers, key) => {
    expect(keyFrom(headers)).toBe(key);
  });
});

it('creates unique keys and hashes that do not reveal them', () => {
  const [first, second] = [newKey(), newKey()];
  expect(first).not.toBe(second);
  expect(first).toMatch(/^dbk_[\w-]{43}$/);
  expect(hashKey(first)).not.toContain(first.slice(4, 12));
});

it.each(['dbk_abcdefghijklmnopqrstuvwxyz0123456789', 'short-admin-key!'])(
  'shows at most a third of %s',
  (key) => {
    expect(prefixOf(key).length - 1).toBeLessThanOrEqual(key.length / 3);
  },
);
