import { expect, it } from '@jest/globals';
import { messagesOf, problemOf } from './problem.ts';

it('reads a problem of the API', () => {
  const body = {
    type: 'urn:drumbeat:problem:too_many_tries',
    detail: 'Too many tries. Wait a minute.',
    requestId: 'r-1',
  };
  const problem = problemOf(429, body, new Headers({ 'retry-after': '60' }));
  expect(problem).toMatchObject({
    status: 429,
    code: 'too_many_tries',
    requestId: 'r-1',
    retryAfterSeconds: 60,
  });
});

it('makes do with an answer that is none of the API, such as a proxy’s page', () => {
  const problem = problemOf(502, '<html>', new Headers({ 'x-request-id': 'r-2' }));
  expect(problem).toMatchObject({ status: 502, code: '', requestId: 'r-2', retryAfterSeconds: undefined });
});

it('gives each field its first message, without its name', () => {
  const errors = [
    { field: 'password', message: 'password must have at least 12 characters' },
    { field: 'password', message: 'password is well known' },
  ];
  expect(messagesOf(errors)).toEqual({ password: 'Must have at least 12 characters.' });
});
