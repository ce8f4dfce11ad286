import { describe, expect, it } from '@jest/globals';
import { type GraphFailure, readAnswer } from './graph-answer.js';
import { transportError } from '../errors/graph-error.js';
import { metaRefusal } from './meta-refusal.js';
import { parseRateUsage } from './rate-usage.js';

const TOKEN = 'plain-looking-token';

function answered(
  httpStatus: number,
  error: object | string,
  headers: Record<string, string> = {},
): GraphFailure {
  const text = typeof error === 'string' ? error : JSON.stringify({ error });
  const answer = readAnswer(httpStatus, text, parseRateUsage(headers));
  if (answer.outcome === 'ok') throw new Error('meant to fail');
  return answer;
}
const usage = (minutes: number): Record<string, string> => ({
  'x-business-use-case-usage': JSON.stringify({
    '1': [{ type: 'whatsapp', call_count: 100, estimated_time_to_regain_access: minutes }],
  }),
});

describe('metaRefusal', () => {
  it.each<[string, GraphFailure, string, string, number | undefined]>([
    [
      'a bad token',
      answered(401, { code: 190, message: 'Invalid token' }),
      'rule',
      'meta_refused',
      undefined,
    ],
    ['too many calls', answered(400, { code: 80007 }), 'rate', 'meta_rate_limited', 60],
    ['the other code of it', answered(400, { code: 80008 }), 'rate', 'meta_rate_limited', 60],
    ['calls welcome in 7 min', answered(400, { code: 80007 }, usage(7)), 'rate', 'meta_rate_limited', 420],
    ['calls welcome tomorrow', answered(400, { code: 80007 }, usage(900)), 'rate', 'meta_rate_limited', 3600],
    ['an outage', answered(503, ''), 'unavailable', 'meta_unavailable', 30],
    ['an unclear code', answered(500, { code: 131000 }), 'unavailable', 'meta_unavailable', 30],
    [
      'no connection',
      { outcome: 'not-sent', error: transportError('ECONNREFUSED'), usage: null },
      'unavailable',
      'meta_unavailable',
      30,
    ],
  ])('tells %s', (_, failure, kind, code, retryAfterSeconds) => {
    const refusal = metaRefusal(failure, 'say hello', TOKEN);
    expect(refusal).toMatchObject({ kind, code });
    expect(refusal.extra.retryAfterSeconds).toBe(retryAfterSeconds);
    expect(refusal.message).toMatch(/^Meta did not say hello: /);
  });

  it('keeps what the support of Meta asks for, but not the token', () => {
    const error = {
      code: 100,
      message: `(#100) No object ${TOKEN}`,
      error_data: { details: `asked with ${TOKEN}` },
      fbtrace_id: 'Az8or2yhqkZfEZ',
    };
    const refusal = metaRefusal(answered(400, error), 'say hello', TOKEN);
    expect(refusal.message).toBe(
      'Meta did not say hello: No object [token]: asked with [token] (code 100, fbtrace id Az8or2yhqkZfEZ)',
    );
    expect(JSON.stringify(refusal.cause)).not.toContain(TOKEN);
  });
});
