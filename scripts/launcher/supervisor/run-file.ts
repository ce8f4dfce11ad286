import { readFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a supervisor publishes to the others on its data directory. */
export interface Run {
  pid: number;
  role: string;
  url: string;
  /** null: it uses Meta itself. */
  simulatorUrl: string | null;
}

/** A process id is reused; together with the start time it is unique. */
interface StoredRun extends Run {
  processStart: string;
}

const pathIn = (dataDir: string): string => join(dataDir, 'run.json');

/** The run whose supervisor is alive. The file of a killed supervisor does not count. */
export async function liveRun(dataDir: string): Promise<Run | undefined> {
  const run = await read(dataDir);
  return run !== undefined && lives(run) ? run : undefined;
}

/** The run whose supervisor was killed: an orderly stop removes the file. */
export async function killedRun(dataDir: string): Promise<Run | undefined> {
  const run = await read(dataDir);
  return run !== undefined && !lives(run) ? run : undefined;
}

export async function publishRun(dataDir: string, run: Omit<Run, 'pid'>): Promise<void> {
  const stored: StoredRun = { pid: process.pid, processStart: startOf(process.pid) ?? '', ...run };
  const draft = `${pathIn(dataDir)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, pathIn(dataDir));
}

/** Removes the file only while it is ours. */
export async function withdrawRun(dataDir: string): Promise<void> {
  if ((await liveRun(dataDir))?.pid === process.pid) await rm(pathIn(dataDir), { force: true });
}

async function read(dataDir: string): Promise<StoredRun | undefined> {
  const text = await readFile(pathIn(dataDir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as StoredRun);
}

const lives = ({ pid, processStart }: StoredRun): boolean => startOf(pid) === processStart;

function startOf(pid: number): string | undefined {
  try {
    // The program's name, in brackets, may contain spaces; after it the start time is the 20th word.
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return words?.[19];
  } catch {
    return undefined;
  }
}
