import { expect, it } from '@jest/globals';
import { reasonText, statusAfter } from './status-after.js';

it.each([
  ['APPROVED', 'APPROVED'],
  ['paused', 'PAUSED'],
  ['REINSTATED', 'APPROVED'],
  ['PENDING_DELETION', 'PENDING_DELETION'],
  ['FLAGGED', null],
  ['UNARCHIVED', 'APPROVED'],
  ['LOCKED', null],
  ['SOMETHING_NEW', null],
])('after %s a template is %s', (event, status) => {
  expect(statusAfter(event)).toBe(status);
});

it.each([
  [{ reason: 'NONE', title: 'FIRST_PAUSE', description: 'Low quality' }, 'FIRST_PAUSE: Low quality'],
  [{ reason: 'SCAM', title: null, description: null }, 'SCAM'],
  [{ reason: 'NONE', title: null, description: '' }, null],
])('says %j as %s', (news, text) => {
  expect(reasonText(news)).toBe(text);
});
