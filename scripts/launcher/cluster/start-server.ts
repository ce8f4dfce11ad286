import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../processes/ports.ts';
import { runCommand } from '../processes/run-command.ts';
import type { Binaries } from './binaries.ts';
import { serverEnvironment } from './initialise.ts';
import type { Launcher } from './launcher.ts';
import { inspectServer } from './postmaster.ts';
import { takeOwnership } from './ownership.ts';
import { openServerLog } from './server-log.ts';
import { asCommandLine } from './server-settings.ts';

// Replaying the WAL after a crash can take a while: up to max_wal_size.
const PATIENCE_MS = 180_000;
const POLL_MS = 100;

/** Another process took the port in between, or already had it: another port will do. */
const PORT_TAKEN = /could not bind|Address already in use|could not create any TCP/i;
/** Backends outlive a killed postmaster for a moment, and keep the directory until they notice. */
const STILL_HELD = /shared memory block|lock file ".*" already exists/i;

/**
 * The server that already runs on the directory, or a new one. The caller makes sure that this runs once at a time.
 */
export async function startServer(
  dir: string,
  binaries: Binaries,
  launcher: Launcher,
  settings: Readonly<Record<string, string>>,
  preferredPort?: number,
): Promise<{ port: number; adopted: boolean }> {
  const deadline = performance.now() + PATIENCE_MS;
  let wanted = preferredPort;
  let lastWords = '';
  while (performance.now() < deadline) {
    const found = await inspectServer(dir);
    if (found.state === 'running') return { port: found.port, adopted: true };
    if (found.state === 'busy') {
      lastWords = `process ${found.pid} holds it and does not respond`;
      await pause(POLL_MS);
      continue;
    }
    if (found.state === 'stale') await rm(join(dir, 'postmaster.pid'), { force: true });

    await takeOwnership(dir, launcher.owner);
    const port = await freePort(wanted);
    const log = await openServerLog(dir);
    const options = asCommandLine({ ...settings, port: String(port) });
    const start = [binaries.pg_ctl, '-D', dir, '-w', '-t', '60', '-l', log.path, '-o', options, 'start'];
    const started = await runCommand([...launcher.prefix, ...start], { cwd: '/', env: serverEnvironment() });
    if (started.ok) return { port, adopted: false };

    lastWords = (await log.news()) || started.output.trim();
    if (PORT_TAKEN.test(lastWords)) wanted = undefined;
    else if (STILL_HELD.test(lastWords)) await pause(POLL_MS);
    else if ((await inspectServer(dir)).state === 'stopped') break;
  }
  throw new Error(`PostgreSQL did not start on ${dir}:\n${lastWords}`);
}
