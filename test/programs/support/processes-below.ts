import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes that were started from `folder` or work in it, including PostgreSQL's, which rename themselves. */
export function processesBelow(folder: string): number[] {
  const look = (read: () => string): string => {
    try {
      return read();
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter(
      (pid) =>
        look(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(folder) ||
        look(() => readlinkSync(`/proc/${pid}/cwd`)).startsWith(folder),
    );
}
