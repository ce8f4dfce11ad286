import { expect, it } from '@jest/globals';
import { CREATIONS, EDITS, waitFor } from './template-budget.js';

const NOW = new Date('2026-03-31T10:00:00Z');
const HOUR = 3_600_000;
const ago = (...hours: number[]): Date[] => hours.map((hour) => new Date(NOW.getTime() - hour * HOUR));
const many = (count: number, hours: number): Date[] => ago(...Array<number>(count).fill(hours));

it.each([
  ['nothing yet', EDITS, [], 0],
  ['an edit a day ago', EDITS, ago(24), 0],
  ['an edit an hour ago', EDITS, ago(1), 23],
  ['nine edits', EDITS, ago(25, 50, 75, 100, 125, 150, 175, 200, 225), 0],
  ['ten edits within 30 days', EDITS, ago(25, 50, 75, 100, 125, 150, 175, 200, 225, 718), 2],
  ['ten edits, the first of them 30 days ago', EDITS, ago(25, 50, 75, 100, 125, 150, 175, 200, 225, 720), 0],
  ['99 creations', CREATIONS, many(99, 0.5), 0],
  ['100 creations', CREATIONS, many(100, 0.5), 0.5],
  ['100 creations an hour ago', CREATIONS, many(100, 1), 0],
])('after %s the next one waits', (_what, budget, times, hours) => {
  expect(waitFor(budget, times, NOW)).toBe(hours * HOUR);
});
