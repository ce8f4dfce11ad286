import { expect, it } from '@jest/globals';
import { refusalOfError } from './refusal-of-error.js';

it.each([
  ['40P01', 503],
  ['40001', 503],
  ['57014', 503],
  ['23505', 409],
  ['23503', 409],
  ['22P02', undefined],
])('an error %s of the database is a %p', (code, status) => {
  expect(refusalOfError(Object.assign(new Error('of the database'), { code }))?.status).toBe(status);
});
