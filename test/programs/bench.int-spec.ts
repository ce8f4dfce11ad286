import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseArguments } from '../../scripts/bench/arguments.ts';
import { atLeast, atMost, median, quantile, reportLine } from '../../scripts/bench/report.ts';
import { recipientIdOf, signatureOf, statusBody, wamidOf } from '../../scripts/bench/status-body.ts';
import { parseCallbackData } from '../../src/sending/outcomes/callback-data.js';
import { parseWebhook } from '../../src/whatsapp/parsing/parse-webhook.js';

const NAMES = ['import', 'activate', 'send'];

describe('the arguments of a benchmark run', () => {
  it('default to every benchmark, at the size the goals name', () => {
    expect(parseArguments([], NAMES)).toEqual({
      names: [],
      rows: undefined,
      rounds: 1,
      latencyMs: { min: 0, max: 50 },
      connections: 64,
      profile: false,
      nodeFlags: undefined,
      help: false,
    });
  });

  it('name benchmarks, which run in their own order', () => {
    const { names, rows } = parseArguments(['send', 'import', '--rows=20_000'], NAMES);
    expect([names, rows]).toEqual([['import', 'send'], 20_000]);
  });

  it.each([
    ['20', { min: 20, max: 20 }],
    ['5-80', { min: 5, max: 80 }],
  ])('accept a latency of %s', (text, expected) => {
    expect(parseArguments([`--latency=${text}`], NAMES).latencyMs).toEqual(expected);
  });

  it('set flags for Node, or remove them all', () => {
    const flagsOf = (text: string): string[] | undefined =>
      parseArguments([`--node-flags=${text}`], NAMES).nodeFlags;
    expect(flagsOf('--max-semi-space-size=2 --optimize-for-size')).toEqual([
      '--max-semi-space-size=2',
      '--optimize-for-size',
    ]);
    expect(flagsOf('')).toEqual([]);
  });

  it.each([['sned'], ['--rows=0'], ['--rows=many'], ['--rows=1.5'], ['--latency=9-3'], ['--speed=2']])(
    'are rejected: %s',
    (argument) => {
      expect(() => parseArguments([argument], NAMES)).toThrow(/must|unknown benchmark|Unknown option/);
    },
  );
});

describe('the line of a benchmark', () => {
  const finding = {
    rows: 1_000,
    product: { what: 'ours', seconds: 2.000049 },
    beside: { what: 'theirs', seconds: 1 },
    ratio: 2.000049,
    goals: [atMost('ours / theirs', 3, 2.000049), atLeast('a second', 10_000, 500)],
  };

  it('is one line of JSON with both sides, the ratio, the goals and the circumstances', () => {
    const line = reportLine('import', finding, { machine: { cores: 2 }, commit: 'abc' });
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      benchmark: 'import',
      rows: 1_000,
      product: { what: 'ours', seconds: 2 },
      beside: { what: 'theirs', seconds: 1 },
      ratio: 2,
      goals: [
        { what: 'ours / theirs', goal: '<= 3', measured: 2, met: true },
        { what: 'a second', goal: '>= 10000', measured: 500, met: false },
      ],
      met: false,
      machine: { cores: 2 },
      commit: 'abc',
    });
  });

  it('is null where there is nothing to compare with', () => {
    const line = reportLine('memory', { ...finding, beside: undefined, ratio: undefined }, {});
    expect(JSON.parse(line)).toMatchObject({ beside: null, ratio: null });
  });
});

it.each([
  [[3, 1, 2], 0.5, 2],
  [[5], 0.99, 5],
  [[1, 2, 3, 4], 0, 1],
  [[1, 2, 3, 4], 1, 4],
])('finds that of %j the %d quantile is %d', (values, q, expected) => {
  expect(quantile(values, q)).toBe(expected);
  if (q === 0.5) expect(median(values)).toBe(expected);
});

it('posts statuses that the product can parse', () => {
  const body = statusBody(42, { status: 'read', phoneNumberId: '1', businessAccountId: '2' });
  const { statuses, unknown } = parseWebhook(body);
  expect(statuses).toMatchObject([{ wamid: wamidOf(42), status: 'read' }]);
  expect(unknown).toEqual([]);
  const reference = { recipientId: recipientIdOf(42), attempt: 1 };
  expect(parseCallbackData(statuses[0]?.callbackData ?? null)).toEqual(reference);
  const expected = createHmac('sha256', 'secret').update(body).digest('hex');
  expect(signatureOf(body, 'secret')).toBe(`sha256=${expected}`);
});
