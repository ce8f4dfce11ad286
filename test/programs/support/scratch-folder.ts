import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ScratchFolder extends Disposable {
  path: string;
}

/** A folder of this test's own, removed with it. */
export function scratchFolder(): ScratchFolder {
  const path = mkdtempSync(join(scratchDisk(), 'drumbeat-scripts-'));
  return {
    path,
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

const MEMORY_DISK = '/dev/shm';
const ENOUGH_BYTES = 1024 ** 3;

/** In memory where there is room: a database that syncs each commit to a busy disk takes seconds to start. */
function scratchDisk(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    return bavail * bsize > ENOUGH_BYTES ? MEMORY_DISK : tmpdir();
  } catch {
    return tmpdir();
  }
}
