import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export const LOOPBACK = '127.0.0.1';

const POLL_MS = 25;

/** `preferred` if it is free, otherwise a port that the system picks. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await tryPort(preferred)) !== undefined) return preferred;
  const port = await tryPort(0);
  if (port === undefined) throw new Error(`no free TCP port on ${LOOPBACK}`);
  return port;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}

/** Waits until a connection to the port succeeds. */
export async function opened(port: number): Promise<void> {
  while (!(await accepts(port))) await pause(POLL_MS);
}

/** Waits until the port is free, or until patience ends. */
export async function vacated(port: number, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while ((await accepts(port)) && performance.now() < deadline) await pause(POLL_MS);
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, LOOPBACK);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
