import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import type { ChaosOptions } from '../../scripts/chaos/options.ts';
import { reportLine, reportText } from '../../scripts/chaos/report.ts';
import { type ChaosOutcome, runChaos } from '../../scripts/chaos/run-chaos.ts';
import { processesBelow } from './support/processes-below.ts';
import { scratchFolder } from './support/scratch-folder.ts';

const DIST = join(import.meta.dirname, '../../dist');

/** `npm run chaos`, small enough for every run of the tests. CHAOS_SEED sets another seed, for another run. */
const SMALL: ChaosOptions = {
  recipients: 600,
  kills: 6,
  postgresRestarts: 1,
  failovers: 1,
  queueLosses: 1,
  workers: 2,
  apis: 2,
  perSecond: 100,
  redis: false,
  seed: Number(process.env['CHAOS_SEED'] ?? 7),
  minutes: 3,
  stallSeconds: 45,
  durable: false,
  logs: undefined,
};

const stop = new AbortController();
let running: Promise<unknown> = Promise.resolve();
const folder = scratchFolder();

afterEach(async () => {
  stop.abort();
  await running.catch(() => undefined);
  folder[Symbol.dispose]();
});

it('keeps every promise while processes are killed, PostgreSQL crashes or only reads, and the queue loses its jobs', async () => {
  const said: string[] = [];
  const run: Promise<ChaosOutcome> = runChaos(SMALL, {
    dir: folder.path,
    dist: DIST,
    signal: stop.signal,
    log: (line) => said.push(line),
  });
  running = run;
  const outcome = await run;
  // The report explains a failure: what happened when, and which recipients it hit.
  const report = [...said, reportText(SMALL, outcome)].join('\n');
  expect({ findings: outcome.findings, report }).toEqual({ findings: [], report });
  const { damage, accepted, repeated } = outcome;
  expect(damage).toMatchObject({ postgresRestarts: 1, failovers: 1, queueLosses: 1 });
  expect(Object.values(damage.kills).reduce((sum, kills) => sum + kills, 0)).toBe(6);
  expect(accepted).toBeGreaterThan(500);
  expect(repeated).toBe(0);
  expect(JSON.parse(reportLine(SMALL, outcome))).toMatchObject({ name: 'chaos', ok: true, kills: 6 });
  expect(processesBelow(folder.path)).toEqual([]);
}, 240_000);
