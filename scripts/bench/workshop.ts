import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopCluster } from '../launcher/cluster.ts';
import { BenchProcess, type BenchProcessOptions } from './bench-process.ts';

/** Below the project, because /tmp is memory on many machines, and the cost of a disk is part of the figures. */
const BENCHES = join(import.meta.dirname, '..', '..', '.data', 'bench');
const CLUSTER = 'postgres';

/** The folder of one benchmark and everything that runs for it; removed with it. */
export class Workshop implements AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  private readonly stack = new AsyncDisposableStack();

  constructor(name: string) {
    this.name = name;
    this.folder = join(BENCHES, `${name}-${process.pid}`);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.stack.defer(() => removeFolder(this.folder));
  }

  get clusterFolder(): string {
    return this.path(CLUSTER);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  log(line: string): void {
    console.error(`[bench] ${line}`);
  }

  defer(work: () => Promise<void>): void {
    this.stack.defer(work);
  }

  start(options: Omit<BenchProcessOptions, 'logFile'>): BenchProcess {
    const child = new BenchProcess({
      ...options,
      logFile: this.path(`${options.name.replaceAll(' ', '-')}.log`),
    });
    this.defer(() => child.stop());
    return child;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack.disposeAsync();
  }
}

/** Cleans up after killed benchmarks: a server outlives the process that started it. */
export async function removeLeftovers(): Promise<void> {
  if (!existsSync(BENCHES)) return;
  for (const name of readdirSync(BENCHES)) {
    const owner = Number(/-(\d+)$/.exec(name)?.[1]);
    if (!lives(owner)) await removeFolder(join(BENCHES, name));
  }
}

async function removeFolder(folder: string): Promise<void> {
  const cluster = join(folder, CLUSTER);
  if (existsSync(cluster)) await stopCluster(cluster, 'immediate');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
