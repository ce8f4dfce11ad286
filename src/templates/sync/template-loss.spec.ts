import { expect, it } from '@jest/globals';
import { lossOf } from './template-loss.js';

const TEMPLATE = { name: 'spring_sale', language: 'pt_BR' };

it.each([
  ['PAUSED', 'FIRST_PAUSE', 'The template spring_sale (pt_BR) was paused by Meta (FIRST_PAUSE).'],
  ['DISABLED', null, 'The template spring_sale (pt_BR) was disabled by Meta.'],
  ['REJECTED', 'PROMOTIONAL', 'The template spring_sale (pt_BR) was rejected by Meta (PROMOTIONAL).'],
  ['PENDING_DELETION', null, 'The template spring_sale (pt_BR) is being deleted.'],
  ['APPROVED', 'UNPAUSE', null],
  ['PENDING', null, null],
  ['A_WORD_OF_TOMORROW', null, null],
])('%s because of %s', (status, reason, text) => {
  expect(lossOf(TEMPLATE, status, reason)).toBe(text);
});
