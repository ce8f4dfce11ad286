import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { inspectServer } from './postmaster.ts';

/** fast: sessions are cut off, data is written. immediate: like a crash, which the next start repairs. */
export type StopMode = 'fast' | 'immediate';

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
const PATIENCE_MS = 60_000;
const POLL_MS = 20;

/**
 * The signals of `pg_ctl stop`, without pg_ctl: it would signal whatever process the lock file names, and it would
 * have to run as the user that started the server.
 */
export async function stopServer(dir: string, mode: StopMode): Promise<void> {
  const server = await inspectServer(dir);
  if (server.state === 'stopped' || server.state === 'stale') return;
  const deadline = performance.now() + PATIENCE_MS;
  signal(server.pid, SIGNALS[mode]);
  while (lives(server.pid)) {
    if (performance.now() > deadline) {
      throw new Error(`PostgreSQL on ${dir} (process ${server.pid}) did not stop.`);
    }
    await pause(POLL_MS);
  }
}

function lives(pid: number): boolean {
  if (!signal(pid, 0)) return false;
  try {
    // A container without a proper init process lists ended processes forever, as zombies.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return signal(pid, 0);
  }
}

/** False if the process no longer exists. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
