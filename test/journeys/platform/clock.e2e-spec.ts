import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Timetable } from '../../../src/platform/timetable/timetable.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let database: TestDatabase;
const running: TestApp[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
  await database.drop();
});

async function start(clock: string, env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startTestApp({ database, env: { CLOCK: clock, ...env } });
  running.push(app);
  return app;
}
const nowOf = (app: TestApp): number => app.app.get(Clock).now().getTime();
const at = (iso: string): number => Date.parse(iso);
const HOUR = 3_600_000;

describe('the movable clock', () => {
  it('starts where CLOCK says and runs on', async () => {
    const app = await start('2025-01-15T08:00:00Z');
    const { body } = await app.api.get('/api/dev/clock');
    expect(at(body.now) - at('2025-01-15T08:00:00Z')).toBeLessThan(10_000);
    await until(
      () => nowOf(app),
      (now) => now > at(body.now),
    );
  });

  it('stands at real time until somebody moves it, and is found again where it was', async () => {
    const first = await start('kept');
    expect(Math.abs(nowOf(first) - Date.now())).toBeLessThan(1_000);
    await first.api.post('/api/dev/clock', { advance: 'P3D' });
    const second = await start('kept');
    expect(Math.abs(nowOf(second) - Date.now() - 3 * 24 * HOUR)).toBeLessThan(1_000);
  });

  it('is moved by an instant or a duration, in every process within a second', async () => {
    const [one, other] = await Promise.all([
      start('2025-01-15T08:00:00Z'),
      start('2025-01-15T08:00:00Z', { ROLE: 'worker' }),
    ]);
    const first = await one.api.post('/api/dev/clock', { now: '2025-01-16T09:00:00Z' });
    expect(first.status).toBe(200);
    await until(
      () => nowOf(other),
      (now) => now >= at('2025-01-16T09:00:00Z'),
      { within: 1_000 },
    );
    const second = await one.api.post('/api/dev/clock', { advance: 'P1DT1H' });
    expect(at(second.body.now)).toBeGreaterThanOrEqual(at('2025-01-17T10:00:00Z'));
    await until(
      () => nowOf(other),
      (now) => now >= at('2025-01-17T10:00:00Z'),
      { within: 1_000 },
    );
  });

  it('goes no further than 2100, and stays where it is', async () => {
    const app = await start('2025-01-15T08:00:00Z');
    for (const far of [{ advance: 'P270000Y' }, { advance: 'P75Y' }, { now: '2100-01-01T00:00:01Z' }]) {
      const { status, body } = await app.api.post('/api/dev/clock', far);
      expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:clock_too_far']);
    }
    expect(nowOf(app)).toBeLessThan(at('2025-01-15T09:00:00Z'));
    expect((await app.api.post('/api/dev/clock', { advance: 'P1Y' })).status).toBe(200);
  });

  it('never goes back, neither by request nor by a restart', async () => {
    const app = await start('2025-03-01T00:00:00Z');
    expect((await app.api.post('/api/dev/clock', { now: '2025-02-01T00:00:00Z' })).status).toBe(422);
    const again = await start('2025-01-01T00:00:00Z');
    expect(nowOf(again)).toBeGreaterThanOrEqual(at('2025-03-01T00:00:00Z'));
    const later = await start('2025-04-01T00:00:00Z');
    expect(nowOf(later)).toBeGreaterThanOrEqual(at('2025-04-01T00:00:00Z'));
  });

  it('adds up moves that come at the same instant', async () => {
    const app = await start('2025-01-15T08:00:00Z');
    await Promise.all(Array.from({ length: 10 }, () => app.api.post('/api/dev/clock', { advance: 'PT1H' })));
    const moved = nowOf(app) - at('2025-01-15T08:00:00Z');
    expect(moved).toBeGreaterThanOrEqual(10 * HOUR);
    expect(moved).toBeLessThan(10 * HOUR + 60_000);
  });

  it.each([
    {},
    { now: '2026-01-01T00:00:00Z', advance: 'PT1H' },
    { advance: '-PT1H' },
    { advance: 'soon' },
    { now: 'x' },
  ])('refuses %j', async (move) => {
    const app = await start('2025-01-15T08:00:00Z');
    expect((await app.api.post('/api/dev/clock', move)).status).toBe(400);
  });

  it('is moved by an admin only, and not there at all on real time', async () => {
    const app = await start('2025-01-15T08:00:00Z');
    const { body } = await app.api.post('/api/keys', { name: 'k', scopes: ['campaigns:*'] });
    const integrator = app.api.withKey(body.key);
    expect((await integrator.get('/api/dev/clock')).status).toBe(200);
    expect((await integrator.post('/api/dev/clock', { advance: 'PT1H' })).status).toBe(403);
    const real = await startTestApp({ database });
    running.push(real);
    expect((await real.api.get('/api/dev/clock')).status).toBe(404);
    expect((await real.api.post('/api/dev/clock', { advance: 'PT1H' })).status).toBe(404);
  });
});

describe('timetables on the movable clock', () => {
  const NINE = { expression: '0 9 * * *', timeZone: 'UTC' };

  function record(apps: TestApp[], name: string, missed: 'each' | 'last'): string[] {
    const ticks: string[] = [];
    for (const { app } of apps) {
      app.get(Timetable).register({
        name,
        ...NINE,
        missed,
        run: (tick) => {
          ticks.push(tick.toISOString());
          return Promise.resolve();
        },
      });
    }
    return ticks;
  }

  it('run passed-over ticks at once, each once over all replicas', async () => {
    const apps = await Promise.all([
      start('2025-01-15T08:00:00Z'),
      start('2025-01-15T08:00:00Z'),
      start('2025-01-15T08:00:00Z'),
    ]);
    const each = record(apps, 'each', 'each');
    const last = record(apps, 'last', 'last');
    const known = async (): Promise<number> => {
      const rows = await apps[0].app.get(Timetable).ticks();
      return rows.filter(({ name }) => name === 'each' || name === 'last').length;
    };
    await until(known, (count) => count === 2);
    await apps[0].api.post('/api/dev/clock', { advance: 'P3D' });
    await until(
      () => each.length,
      (count) => count >= 3,
    );
    await until(
      () => last.length,
      (count) => count >= 1,
    );
    // One more tick after it, so that a second run of the first three would have had its chance.
    await apps[0].api.post('/api/dev/clock', { advance: 'P1D' });
    await until(
      () => each.length,
      (count) => count >= 4,
    );
    await until(
      () => last.length,
      (count) => count >= 2,
    );
    expect(each).toEqual(['15', '16', '17', '18'].map((day) => `2025-01-${day}T09:00:00.000Z`));
    expect(last).toEqual(['17', '18'].map((day) => `2025-01-${day}T09:00:00.000Z`));
  });

  it('repeat a tick that failed', async () => {
    const app = await start('2025-01-15T08:00:00Z');
    let runs = 0;
    app.app.get(Timetable).register({
      name: 'fails once',
      ...NINE,
      missed: 'each',
      run: () => (++runs === 1 ? Promise.reject(new Error('database away')) : Promise.resolve()),
    });
    // Known from here on: only ticks after this moment count.
    await until(
      async () => (await app.app.get(Timetable).ticks()).map(({ name }) => name),
      (names) => names.includes('fails once'),
    );
    await app.api.post('/api/dev/clock', { now: '2025-01-15T09:00:00Z' });
    await until(
      () => runs,
      (count) => count === 2,
    );
    expect(app.logs.join('')).toContain('timetable task failed');
  });
});
