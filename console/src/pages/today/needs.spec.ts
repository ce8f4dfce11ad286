import { expect, it } from '@jest/globals';
import { en } from '../../../messages/en.ts';
import { needsOf } from './needs.ts';

const sender = {
  ...{ id: 's', name: 'Bali Tours', status: 'active' as const, statusReason: null, qualityRating: 'GREEN' },
  ...{ verifiedAt: '2025-01-01T00:00:00Z', verificationProblem: null },
};
const paused = { id: 'c', name: 'Diwali', status: 'paused' as const, statusReason: 'Template rejected' };

it('asks for nothing when all is well', () => {
  expect(needsOf([], [sender], en)).toEqual([]);
});

it('names the worst first', () => {
  const needs = needsOf(
    [paused],
    [{ ...sender, verifiedAt: null, verificationProblem: 'No permission' }],
    en,
  );
  expect(needs.map(({ tone, reason }) => [tone, reason])).toEqual([
    ['bad', 'No permission'],
    ['warn', 'Template rejected'],
  ]);
});

it('says what a falling quality means', () => {
  expect(needsOf([], [{ ...sender, qualityRating: 'YELLOW' }], en)[0]?.title).toBe(
    'The WhatsApp quality of Bali Tours is Medium.',
  );
});
