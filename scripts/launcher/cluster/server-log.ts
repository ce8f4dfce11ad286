import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const KEPT_BYTES = 10 * 1024 * 1024;

interface ServerLog {
  path: string;
  /** What the server has written since `openServerLog`. */
  news(): Promise<string>;
}

/** The server's log file, rotated once it has grown large. */
export async function openServerLog(dir: string): Promise<ServerLog> {
  const path = join(dir, 'server.log');
  let size = await sizeOf(path);
  if (size > KEPT_BYTES) {
    await rename(path, `${path}.old`);
    size = 0;
  }
  return { path, news: () => readFrom(path, size) };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function readFrom(path: string, start: number): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString().trim();
  } finally {
    await file.close();
  }
}
