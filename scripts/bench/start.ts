import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../launcher/processes/ports.ts';
import type { Benchmark } from './benchmark.ts';
import { environment } from './installation.ts';
import { atMost, median } from './report.ts';
import type { Workshop } from './workshop.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CHECKOUT = ['package.json', 'package-lock.json', '.swcrc', 'scripts', 'src', 'simulator', 'migrations'];
const LATER_STARTS = 3;

/** `npm start` in a fresh checkout with dependencies installed, and again in the same place. */
export const startBenchmark: Benchmark = {
  name: 'start',
  rows: 0,
  async run({ workshop }) {
    const checkout = workshop.path('checkout');
    await mkdir(checkout);
    for (const name of CHECKOUT) await cp(join(ROOT, name), join(checkout, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));

    const first = await startOnce(workshop, checkout);
    const later = [];
    for (let n = 0; n < LATER_STARTS; n += 1) later.push(await startOnce(workshop, checkout));
    const laterSeconds = median(later.map(({ seconds }) => seconds));
    return {
      rows: 0,
      product: {
        what: 'npm start until it reports that it is ready, nothing built and no data yet',
        seconds: first.seconds,
      },
      beside: {
        what: 'the same again, median',
        seconds: laterSeconds,
        all: later.map(({ seconds }) => seconds),
      },
      ratio: first.seconds / laterSeconds,
      goals: [
        atMost('first start in seconds', 5, first.seconds),
        atMost('later starts in seconds', 3, laterSeconds),
      ],
      details: { stopSeconds: [first, ...later].map(({ stopSeconds }) => stopSeconds) },
    };
  },
};

async function startOnce(
  workshop: Workshop,
  checkout: string,
): Promise<{ seconds: number; stopSeconds: number }> {
  const begun = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: checkout,
    env: environment({ PORT: String(await freePort()), DATA_DIR: join(checkout, '.data') }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, like a terminal's foreground job: a Ctrl-C goes to the whole group.
    detached: true,
  });
  const group = -(child.pid ?? 0);
  // Its server and its processes end with it, in order; that may take longer than this benchmark waits.
  const ended = once(child, 'close');
  workshop.defer(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(group, 'SIGINT');
    await ended;
  });
  let said = '';
  const ready = new Promise<void>((resolve) => {
    const take = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes('Drumbeat is ready')) resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
  });
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(`npm start ended:\n${said}`);
    }),
  ]);
  const seconds = (performance.now() - begun) / 1000;
  const stopped = performance.now();
  process.kill(group, 'SIGINT');
  await ended;
  const stopSeconds = (performance.now() - stopped) / 1000;
  workshop.log(`ready after ${seconds.toFixed(2)} s, stopped after ${stopSeconds.toFixed(2)} s`);
  return { seconds, stopSeconds };
}
