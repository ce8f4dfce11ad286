import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classify } from './classify-error.js';

describe('classify', () => {
  it.each([
    [131049, { kind: 'retry-not-before', hours: 24 }],
    [131050, { kind: 'opt-out' }],
    [131026, { kind: 'retry', attempts: 4, firstDelayMs: 60_000, factor: 2, then: 'fail' }],
    [131047, { kind: 'fail' }],
    [100, { kind: 'fail' }],
    [132005, { kind: 'fail' }],
    [132001, { kind: 'pause-campaign', recipient: 'requeue' }],
    [132012, { kind: 'pause-campaign', recipient: 'fail' }],
    [132777, { kind: 'pause-campaign', recipient: 'fail' }],
    [132016, { kind: 'end-campaign', recipient: 'fail' }],
    [130429, { kind: 'slow-down', holdMs: 1_000 }],
    [80007, { kind: 'slow-down', holdMs: 60_000 }],
    [131056, { kind: 'pair-backoff', attempts: 6, baseSeconds: 4 }],
    [131031, { kind: 'pause-account', recipient: 'requeue' }],
    [368, { kind: 'pause-account', recipient: 'requeue' }],
    [190, { kind: 'pause-app', recipient: 'requeue' }],
    [250, { kind: 'pause-app', recipient: 'requeue' }],
    [131048, { kind: 'pause-sender', recipient: 'requeue' }],
    [134100, { kind: 'use-endpoint', endpoint: 'messages', recipient: 'requeue' }],
  ])('answers a refusal with %i by %j', (code, action) => {
    const verdict = classify({ code, httpStatus: 400, asynchronous: false });
    expect(verdict).toMatchObject({ certainty: 'certainly-not-sent', action });
  });

  it.each([1, 2, 131000, 131016, 133004])(
    'holds %i in an answer for doubtful whatever the status',
    (code) => {
      for (const httpStatus of [400, 500, 503, undefined]) {
        const verdict = classify({ code, httpStatus, asynchronous: false });
        expect(verdict).toMatchObject({ certainty: 'in-doubt', action: { kind: 'in-doubt' } });
      }
    },
  );

  it.each([1, 2, 131000, 131016, 133004])(
    'takes %i in a failed status for a failure that may be tried again',
    (code) => {
      const verdict = classify({ code, asynchronous: true });
      expect(verdict).toMatchObject({ certainty: 'certainly-not-sent', action: { kind: 'retry' } });
    },
  );

  it('requeues a template pause reported in an answer, but fails a message that Meta held and dropped', () => {
    expect(classify({ code: 132015, httpStatus: 400, asynchronous: false }).action).toEqual({
      kind: 'pause-campaign',
      recipient: 'requeue',
    });
    expect(classify({ code: 132015, asynchronous: true }).action).toEqual({
      kind: 'pause-campaign',
      recipient: 'fail-until-approved',
    });
  });

  it('takes the action of a known code in a 5xx, but leaves its recipient in doubt', () => {
    expect(classify({ code: 131057, httpStatus: 500, asynchronous: false })).toMatchObject({
      certainty: 'in-doubt',
      action: { kind: 'pause-sender', recipient: 'in-doubt', forMs: 120_000 },
    });
  });

  it.each([
    ['an unknown code', { code: 999_999, httpStatus: 400 }, 'certainly-not-sent', 'fail'],
    [
      'an unknown code Meta calls temporary',
      { code: 999_999, httpStatus: 400, isTransient: true },
      'in-doubt',
      'in-doubt',
    ],
    ['a bare 502', { code: null, httpStatus: 502 }, 'in-doubt', 'in-doubt'],
    ['a bare 408', { code: null, httpStatus: 408 }, 'in-doubt', 'in-doubt'],
    ['a bare 404', { code: null, httpStatus: 404 }, 'certainly-not-sent', 'fail'],
    ['a bare 401', { code: null, httpStatus: 401 }, 'certainly-not-sent', 'pause-app'],
    ['a bare 429', { code: null, httpStatus: 429 }, 'certainly-not-sent', 'slow-down'],
    [
      '100 whose subcode says the number is gone',
      { code: 100, subcode: 33, httpStatus: 400 },
      'certainly-not-sent',
      'pause-sender',
    ],
    [
      '130429 with its own subcode',
      { code: 130429, subcode: 2494055, httpStatus: 400 },
      'certainly-not-sent',
      'slow-down',
    ],
  ])('judges %s', (_, reported, certainty, kind) => {
    expect(classify({ ...reported, asynchronous: false })).toMatchObject({ certainty, action: { kind } });
  });

  it('never offers another attempt for an answer with a 5xx', () => {
    fc.assert(
      fc.property(fc.option(fc.integer()), fc.integer({ min: 500, max: 599 }), (code, httpStatus) => {
        const { certainty, action } = classify({ code, httpStatus, asynchronous: false });
        expect(certainty).toBe('in-doubt');
        expect('recipient' in action ? action.recipient : action.kind).toBe('in-doubt');
      }),
    );
  });

  it('calls every failed status a certain failure', () => {
    fc.assert(
      fc.property(fc.option(fc.integer()), fc.boolean(), (code, isTransient) => {
        const { certainty, action } = classify({ code, isTransient, asynchronous: true });
        expect(certainty).toBe('certainly-not-sent');
        expect(action.kind).not.toBe('in-doubt');
      }),
    );
  });
});
