import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Engine, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

// One portfolio of 250 people in a moving day, shared by all campaigns of this file.
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:00:00Z', { limit: 'TIER_250' });
});
afterAll(async () => {
  await engine.close();
});

async function sent(phones: readonly string[], more: object = {}): Promise<string> {
  const { body } = await engine.app.api.post(WHATSAPP, {
    name: 'Tours',
    templateName: 'new_year_promo',
    dailySendLimit: null,
    rateLimit: 60_000,
    recipients: phones.map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  await engine.app.api.post(`${WHATSAPP}/${body.id}/send`);
  return body.id;
}
const sentCount = async (id: string): Promise<number> =>
  (await engine.app.api.get<{ sentCount: number }>(`${WHATSAPP}/${id}`)).body.sentCount;
const reached = (id: string, count: number) =>
  until(
    () => sentCount(id),
    (seen) => seen === count,
  );

it('shares the limit by priority, sends freely to people already counted, follows a raised limit, and resumes a day later', async () => {
  const [first, second] = [numbers(200), numbers(200)];
  const urgent = await sent(first, { priority: 1 });
  await reached(urgent, 200);
  const later = await sent(second, { priority: 5 });
  await reached(later, 50);

  // People messaged today cost nothing; all others wait.
  const known = await sent(first.slice(0, 20), { priority: 9 });
  await reached(known, 20);
  expect(await sentCount(later)).toBe(50);

  // Meta raises the limit and reports it: waiting recipients are sent to at once, not tomorrow.
  await fetch(`${engine.meta.url}/simulator/phone/106540352242922`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_limit: 'TIER_2K' }),
  });
  await until(
    () => engine.sql<{ limit: number }>('SELECT messaging_limit AS "limit" FROM portfolios'),
    ([portfolio]) => portfolio?.limit === 2_000,
  );
  await engine.advance('PT1M');
  await reached(later, 200);
  expect(await engine.received()).toMatchObject({ accepted: 420, numbers: 400, repeated: 0 });

  // Units become free a day after they were used, not at midnight.
  await engine.sql('UPDATE portfolios SET messaging_limit = 100');
  await engine.advance('P2D');
  const id = await sent(numbers(150));
  await reached(id, 100);
  await engine.advance('PT12H');
  expect(await sentCount(id)).toBe(100);
  await engine.advance('PT12H');
  await reached(id, 150);
});
