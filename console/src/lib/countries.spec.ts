import { expect, it } from '@jest/globals';
import { countries } from './countries.ts';

it('names every country once, in order of the names', () => {
  const list = countries('en-GB');
  const names = list.map(([, name]) => name);
  expect(list).toContainEqual(['IN', 'India']);
  expect(list.length).toBeGreaterThan(230);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other, 'en-GB')));
});

it('leaves out codes that are no longer in use, and groups of countries', () => {
  const codes = countries('en-GB').map(([code]) => code);
  for (const code of ['SU', 'YU', 'DD', 'EU', 'UN', 'ZZ']) expect(codes).not.toContain(code);
});
