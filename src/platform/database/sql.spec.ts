import { expect, it } from '@jest/globals';
import { and, identifier, join, sql } from './sql.js';

it('binds every value, in order', () => {
  expect(sql`SELECT ${1}, ${'a'} WHERE ${null}`.compile()).toEqual({
    text: 'SELECT $1, $2 WHERE $3',
    parameters: [1, 'a', null],
  });
});

it('flattens nested pieces into one statement', () => {
  const filter = and([sql`a = ${1}`, sql`b = ANY(${['x', 'y']})`]);
  expect(sql`SELECT * FROM t WHERE ${filter} LIMIT ${5}`.compile()).toEqual({
    text: 'SELECT * FROM t WHERE (a = $1 AND b = ANY($2)) LIMIT $3',
    parameters: [1, ['x', 'y'], 5],
  });
});

it('is true without any condition', () => {
  expect(sql`WHERE ${and([])}`.compile().text).toBe('WHERE true');
});

it('never lets a value become text', () => {
  const hostile = `'; DROP TABLE users; --`;
  const { text, parameters } = sql`SELECT ${hostile}, ${join([sql`${hostile}`], ',')}`.compile();
  expect(text).toBe('SELECT $1, $2');
  expect(parameters).toEqual([hostile, hostile]);
});

it('quotes identifiers', () => {
  expect(identifier('a"b').compile().text).toBe('"a""b"');
});
