import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { inspectServer } from './postmaster.ts';

/** fast: sessions are cut off, data is written. immediate: like a crash, repaired by the next start. */
export type StopMode = 'fast' | 'immediate';

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
const PATIENCE_MS = 60_000;
const POLL_MS = 20;

/**
 * The signals of `pg_ctl stop`, without pg_ctl: that one signals whatever process the lock file names, and it
 * would have to run as the very user that started the server.
 */
export async function stopServer(dir: string, mode: StopMode): Promise<void> {
  const server = await inspectServer(dir);
  if (server.state === 'stopped' || server.state === 'stale') return;
  const deadline = performance.now() + PATIENCE_MS;
  signal(server.pid, SIGNALS[mode]);
  while (lives(server.pid)) {
    if (performance.now() > deadline) {
      throw new Error(`PostgreSQL on ${dir} (process ${server.pid}) does not stop.`);
    }
    await pause(POLL_MS);
  }
}

function lives(pid: number): boolean {
  if (!signal(pid, 0)) return false;
  try {
    // A container without a proper first process keeps ended ones listed for ever, as zombies.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return signal(pid, 0);
  }
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
