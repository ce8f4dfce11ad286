import { describe, expect, it } from '@jest/globals';
import { EXPECTED, type Outcome, OUTCOMES } from '../../../test/support/error-outcomes.js';
import { ERROR_CATALOG } from '../../whatsapp/errors/error-catalog.js';
import { type GraphError, transportError } from '../../whatsapp/errors/graph-error.js';
import { judge, judgeInDoubt, judgeNotSent } from './error-policy.js';
import type { FailureContext, Ruling } from './ruling.js';

const NOON = new Date('2025-01-15T12:00:00Z');
const later = (ms: number): Date => new Date(NOON.getTime() + ms);

const CONTEXT: FailureContext = {
  at: NOON,
  now: NOON,
  retryFailed: true,
  maxRetries: 3,
  retryCount: 0,
  earlier: [],
  window: null,
  timeZone: 'UTC',
  isOver: false,
};

function errorOf(code: number | null, httpStatus: number | null = 400): GraphError {
  return { ...transportError('As Meta says'), code, httpStatus };
}

/** Fails every attempt the same way until no further one follows, and returns the outcome. */
function life(rule: (context: FailureContext) => Ruling): Outcome {
  let context = CONTEXT;
  const waits: number[] = [];
  let retries = 0;
  for (;;) {
    const ruling = rule(context);
    const { recipient, nextAttemptAt, stop, slowDown } = ruling;
    const isEndless = waits.length === 8;
    if (recipient !== 'retry' || nextAttemptAt === null || isEndless) {
      return {
        waits,
        ends: recipient === 'retry' ? 'waits' : recipient,
        retries,
        campaign: ruling.campaign?.move ?? null,
        stops: stop?.reach ?? null,
        stopsFor: stop?.until === null || stop === null ? null : secondsTo(context.now, stop.until),
        slows: slowDown?.reach ?? null,
        holds: slowDown === null ? null : slowDown.holdMs / 1_000,
        endpoint: ruling.endpoint,
        refusesMarketing: ruling.refusesMarketing,
      };
    }
    waits.push(secondsTo(context.now, nextAttemptAt));
    if (ruling.countsAsRetry) retries += 1;
    context = {
      ...context,
      at: nextAttemptAt,
      now: nextAttemptAt,
      retryCount: retries,
      earlier: [...context.earlier, { errorCode: ruling.errorCode, httpStatus: 400 }],
    };
  }
}

const secondsTo = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1_000;

describe('every code of the catalogue', () => {
  it('is in the table of outcomes once', () => {
    const inTable = OUTCOMES.flatMap(([codes]) => codes.map(String));
    expect([...inTable].sort()).toEqual(ERROR_CATALOG.map(({ code }) => String(code)).sort());
  });

  it.each(EXPECTED)('$code in an $channel', ({ code, channel, outcome }) => {
    const asynchronous = channel === 'status';
    const lived = life((context) => judge(errorOf(code), { asynchronous }, context));
    // A retry says what it stops or moves while it is retried, not when it ends.
    const first = judge(errorOf(code), { asynchronous }, CONTEXT);
    expect({ ...lived, endpoint: first.endpoint }).toEqual(outcome);
  });

  it.each(EXPECTED)(
    '$code in an $channel returns the unit of the limit unless the message may have been sent',
    ({ code, channel }) => {
      const ruling = judge(errorOf(code), { asynchronous: channel === 'status' }, CONTEXT);
      expect(ruling.quota).toBe(ruling.recipient === 'in-doubt' ? 'keep' : 'refund');
    },
  );

  it('reports to an operator what Meta said and what it means', () => {
    const error = { ...errorOf(100), details: 'template parameter 2 is empty' };
    const { reason } = judge(error, { asynchronous: false }, CONTEXT);
    expect(reason).toMatch(/^Invalid parameter \(100\)\. .*Meta says: template parameter 2 is empty$/);
  });
});

describe('retries', () => {
  const refused = (context: Partial<FailureContext>) =>
    judge(errorOf(131026), { asynchronous: false }, { ...CONTEXT, ...context });

  it.each([
    [{ maxRetries: 1, retryCount: 0 }, 'retry'],
    [{ maxRetries: 1, retryCount: 1 }, 'failed'],
    [{ maxRetries: 10, retryCount: 2 }, 'retry'],
    [{ maxRetries: 10, retryCount: 3 }, 'failed'],
    [{ maxRetries: 0 }, 'failed'],
    [{ retryFailed: false }, 'failed'],
  ])('%j: %s', (context, recipient) => {
    expect(refused(context).recipient).toBe(recipient);
  });

  it('wait until the window opens, in the time zone of the campaign', () => {
    const window = { start: '09:00', end: '21:00' };
    const lateEvening = new Date('2025-01-15T20:59:30Z');
    const ruling = refused({ at: lateEvening, now: lateEvening, window });
    expect(ruling.nextAttemptAt).toEqual(new Date('2025-01-16T09:00:00Z'));
    const inIndia = refused({
      window,
      timeZone: 'Asia/Kolkata',
      at: later(3.5 * 3_600_000),
      now: later(3.5 * 3_600_000),
    });
    expect(inIndia.nextAttemptAt).toEqual(new Date('2025-01-16T03:30:00Z'));
  });

  it('are due at once when the failure is reported late, but never outside the window', () => {
    const window = { start: '09:00', end: '21:00' };
    const heard = new Date('2025-01-15T23:00:00Z');
    expect(refused({ now: later(3_600_000) }).nextAttemptAt).toEqual(later(3_600_000));
    expect(refused({ now: heard, window }).nextAttemptAt).toEqual(new Date('2025-01-16T09:00:00Z'));
  });

  it('end with the campaign', () => {
    for (const code of [131026, 130429, 131048, 131056, 131055]) {
      const ruling = judge(errorOf(code), { asynchronous: false }, { ...CONTEXT, isOver: true });
      expect(ruling).toMatchObject({ recipient: 'failed', nextAttemptAt: null, countsAsRetry: false });
    }
    expect(judgeNotSent(errorOf(null, null), { ...CONTEXT, isOver: true }).recipient).toBe('failed');
  });

  it('state in the reason when the next attempt is allowed', () => {
    expect(judge(errorOf(131049), { asynchronous: true }, CONTEXT).reason).toContain(
      '2025-01-16T12:00:00.000Z',
    );
    expect(judge(errorOf(132015), { asynchronous: true }, CONTEXT).reason).toContain('approved again');
  });
});

describe('without a Graph error', () => {
  it('retries once a minute while Meta is unreachable, whatever else failed before', () => {
    const lived = life((context) =>
      judgeNotSent(transportError('connect ECONNREFUSED'), {
        ...context,
        earlier: [{ errorCode: 131026, httpStatus: 400 }, ...context.earlier.map(() => unreached)],
      }),
    );
    expect(lived).toMatchObject({ waits: [5, 10, 20, 40, 60, 60, 60, 60], ends: 'waits', retries: 0 });
  });
  const unreached = { errorCode: null, httpStatus: null };

  it.each([
    ['a lost answer', null, null, 'in-doubt', null],
    ['a 502', null, 502, 'in-doubt', null],
    ['a 5xx that names a number in maintenance', 131057, 500, 'in-doubt', 'sender'],
  ])('%s stays in doubt', (_, code, httpStatus, recipient, reach) => {
    const ruling = judgeInDoubt(errorOf(code, httpStatus), CONTEXT);
    expect(ruling).toMatchObject({ recipient, quota: 'keep', countsAsFailure: false });
    expect(ruling.stop?.reach ?? null).toBe(reach);
  });

  it.each([
    [401, 'retry', 'app'],
    [404, 'failed', null],
    [500, 'in-doubt', null],
  ])('judges a bare %i by its status: %s', (httpStatus, recipient, reach) => {
    const ruling = judge(errorOf(null, httpStatus), { asynchronous: false }, CONTEXT);
    expect([ruling.recipient, ruling.stop?.reach ?? null]).toEqual([recipient, reach]);
  });
});
