import { describe, expect, it } from '@jest/globals';
import type { SendAnswer } from '../../whatsapp/graph/graph-answer.js';
import { transportError } from '../../whatsapp/errors/graph-error.js';
import { nextAttemptAt, verdictOn } from './outbox-verdict.js';

const refused = (code: number, httpStatus = 400): SendAnswer => ({
  outcome: 'refused',
  error: { ...transportError('no'), code, httpStatus },
  usage: null,
});

describe('the verdict on an answer', () => {
  it.each([
    ['rate limit', 130_429, 'again'],
    ['pair rate limit', 131_056, 'again'],
    ['expired token', 190, 'again'],
    ['locked account', 131_031, 'again'],
    ['closed window', 131_047, 'refused'],
    ['bad parameter', 100, 'refused'],
    ['stopped marketing', 131_050, 'refused'],
    ['paused template', 132_015, 'refused'],
    ['code nobody knows', 987_654, 'refused'],
  ])('%s (%i): %s', (_, code, kind) => {
    expect(verdictOn(refused(code)).kind).toBe(kind);
  });

  it('distinguishes requests that never left from those that may have arrived', () => {
    const error = transportError('gone');
    expect(verdictOn({ outcome: 'not-sent', error, usage: null }).kind).toBe('again');
    expect(verdictOn({ outcome: 'in-doubt', error, usage: null }).kind).toBe('in-doubt');
  });

  it('distinguishes held from accepted', () => {
    const accepted = { outcome: 'accepted' as const, wamid: 'w', waId: null, userId: null, usage: null };
    expect(verdictOn({ ...accepted, messageStatus: 'accepted' })).toMatchObject({ isHeld: false });
    expect(verdictOn({ ...accepted, messageStatus: 'held_for_quality_assessment' })).toMatchObject({
      isHeld: true,
    });
  });
});

it.each([
  [1, 5],
  [2, 10],
  [5, 80],
  [30, 600],
])('after %i attempts it waits %i seconds', (attempts, seconds) => {
  const now = new Date('2026-03-01T12:00:00Z');
  expect(nextAttemptAt(attempts, now).getTime() - now.getTime()).toBe(seconds * 1_000);
});
