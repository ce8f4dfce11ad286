import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Timetable } from '../../../src/platform/timetable/timetable.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let database: TestDatabase;
let apps: TestApp[];
beforeAll(async () => {
  database = await createTestDatabase();
  const env = { TIME_ZONE: 'Asia/Kolkata', DAILY_RUN_AT: '30 9 * * *' };
  apps = await Promise.all([startTestApp({ database, env }), startTestApp({ database, env })]);
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.drop();
});

describe('the timetable on the real clock', () => {
  it('shows the daily run as a cron job of the scheduler, at its hour in its zone', () => {
    const [first] = apps;
    const job = first?.app.get(SchedulerRegistry).getCronJob('daily run');
    const next = job?.nextDate().setZone('Asia/Kolkata');
    expect([next?.hour, next?.minute]).toEqual([9, 30]);
  });

  it('is woken by the scheduler for every tick, and runs it once over two replicas', async () => {
    const ticks: string[] = [];
    for (const { app } of apps) {
      app.get(Timetable).register({
        name: 'every second',
        expression: '* * * * * *',
        timeZone: 'UTC',
        missed: 'each',
        run: (tick) => {
          ticks.push(tick.toISOString());
          return Promise.resolve();
        },
      });
    }
    // Well within the 5 s of the regular look: only the scheduler's own timer comes so soon.
    const begun = performance.now();
    await until(
      () => ticks.length,
      (count) => count >= 2,
    );
    expect(performance.now() - begun).toBeLessThan(4_900);
    expect(new Set(ticks).size).toBe(ticks.length);
  });
});
