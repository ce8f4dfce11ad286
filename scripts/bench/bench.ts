import { once } from 'node:events';
import { join } from 'node:path';
import { build } from '../launcher/build.ts';
import { type BenchOptions, parseArguments, USAGE } from './arguments.ts';
import type { Benchmark } from './benchmark.ts';
import { commit, load, machine } from './circumstances.ts';
import { activateBenchmark } from './activate.ts';
import { exportProductsBenchmark } from './export-products.ts';
import { commandsBenchmark } from './commands.ts';
import { growthBenchmark } from './growth.ts';
import { importBenchmark } from './import.ts';
import { importProductsBenchmark } from './import-products.ts';
import { linksBenchmark } from './links.ts';
import { listBenchmark } from './list.ts';
import { memoryBenchmark } from './memory.ts';
import { readingBenchmark } from './reading.ts';
import { sendBenchmark } from './send.ts';
import { soakBenchmark } from './soak.ts';
import { startBenchmark } from './start.ts';
import { statusCostBenchmark } from './status-cost.ts';
import { syncBenchmark } from './sync.ts';
import { webhookBenchmark } from './webhook.ts';
import { reportLine } from './report.ts';
import { removeLeftovers, Workshop } from './workshop.ts';
import { stopRequest } from '../launcher/supervisor/stop-request.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BENCHMARKS: readonly Benchmark[] = [
  importBenchmark,
  importProductsBenchmark,
  exportProductsBenchmark,
  activateBenchmark,
  commandsBenchmark,
  statusCostBenchmark,
  sendBenchmark,
  webhookBenchmark,
  linksBenchmark,
  readingBenchmark,
  listBenchmark,
  syncBenchmark,
  memoryBenchmark,
  startBenchmark,
  growthBenchmark,
  soakBenchmark,
];
const ON_REQUEST = [growthBenchmark.name, soakBenchmark.name];

const stop = stopRequest();
process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  const names = BENCHMARKS.map(({ name }) => name);
  let options: BenchOptions;
  try {
    options = parseArguments(process.argv.slice(2), names);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    console.log(`${USAGE}\n\n  ${names.join(', ')}`);
    return 0;
  }
  await build();
  await removeLeftovers();
  const wanted = BENCHMARKS.filter(({ name }) =>
    // The last ones take long, so they run only on request.
    options.names.length === 0 ? !ON_REQUEST.includes(name) : options.names.includes(name),
  );
  let failed = 0;
  for (const benchmark of wanted) {
    if (stop.aborted) break;
    if (!(await finished(benchmark, options))) failed += 1;
  }
  return stop.aborted || failed > 0 ? 1 : 0;
}

/** One benchmark, from its empty folder to its line of figures. Cut short on a stop signal. */
async function finished(benchmark: Benchmark, options: BenchOptions): Promise<boolean> {
  const { name } = benchmark;
  const circumstances = { machine: machine(), commit: await commit(ROOT), loadBefore: load() };
  try {
    await using workshop = new Workshop(name);
    workshop.log(`${name}: begins, load ${circumstances.loadBefore.join(' ')}`);
    const run = benchmark.run({ ...options, workshop, rows: options.rows ?? benchmark.rows });
    // A benchmark that is cut short fails because its processes are taken away; that is not worth reporting.
    run.catch(() => undefined);
    const finding = await Promise.race([run, once(stop, 'abort').then(() => undefined)]);
    if (finding === undefined) return false;
    console.log(reportLine(name, finding, { ...circumstances, loadAfter: load() }));
    return true;
  } catch (error) {
    console.error(`[bench] ${name} failed:`, error);
    return false;
  }
}
