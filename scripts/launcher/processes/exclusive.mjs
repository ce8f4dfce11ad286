import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const RETRY_MS = 50;

/**
 * Runs `work` while no other process on this machine runs work of the same name.
 *
 * The lock is a Unix socket in Linux's abstract namespace: the kernel gives a name to one process at a time and takes
 * it back when that process ends, however it ends. No lock file can go stale. Plain JavaScript, because the bootstrap
 * runs it on a Node that cannot read TypeScript.
 */
export async function exclusively(name, work) {
  // Other systems have no abstract names. There the user must not start twice at the same instant.
  if (process.platform !== 'linux') return work();
  const socketName = `\0drumbeat-${createHash('sha256').update(name).digest('hex')}`;
  let lock = await take(socketName);
  while (lock === undefined) {
    await pause(RETRY_MS);
    lock = await take(socketName);
  }
  try {
    return await work();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

function take(socketName) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen({ path: socketName }, () => resolve(server));
  });
}
