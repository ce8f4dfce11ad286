import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallestStandstill } from '../../support/standstill.js';
import { ADMIN_KEY, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});

/** Straight through fetch: the answer of a large body is not held against the document here. */
async function post(path: string, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const CAMPAIGN = { name: 'n', templateName: 't' };
const keys = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 1]));

describe('a body that is made to cost time', () => {
  it.each<[string, string, () => unknown]>([
    ['200,000 keys', '/api/whatsapp/segments/preview', () => keys(200_000)],
    [
      '200,000 keys further down',
      '/api/whatsapp/customers',
      () => ({ phone: '+4915110000001', attributes: keys(200_000) }),
    ],
    [
      '1,000,000 empty objects',
      '/api/whatsapp/campaigns',
      () => ({ ...CAMPAIGN, recipients: Array(1_000_000).fill({}) }),
    ],
    [
      '300,000 recipients',
      '/api/whatsapp/campaigns',
      () => ({ ...CAMPAIGN, recipients: Array(300_000).fill({}) }),
    ],
    [
      '100,000 recipients without a number',
      '/api/whatsapp/campaigns',
      () => ({ ...CAMPAIGN, recipients: Array(100_000).fill({}) }),
    ],
    [
      'lists in a list of recipients',
      '/api/whatsapp/campaigns',
      () => ({ ...CAMPAIGN, recipients: [[], [[]], [{}]] }),
    ],
  ])('is a small 400 without a standstill: %s', async (_, path, body) => {
    const text = JSON.stringify(body());
    let answer = { status: 0, text: '' };
    const standstill = await smallestStandstill(async () => {
      answer = await post(path, text);
    });
    expect(answer.status).toBe(400);
    expect(answer.text.length).toBeLessThan(20_000);
    // JSON.parse alone takes some 100 ms of 5 MB, and the collector runs beside it.
    expect(standstill).toBeLessThan(600);
  });
});
