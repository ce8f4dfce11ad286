import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startCluster, stopCluster } from '../cluster.ts';
import { nextDelay } from './backoff.ts';
import { OwnerLock, serverWentAway } from './owner-lock.ts';

interface EmbeddedDatabaseOptions {
  dataDir: string;
  log: (line: string) => void;
  /** It came back, but at another address. */
  onMoved: () => void;
}

const OPEN_TRIES = 5;
const OWNER_RETRIES = 10;
const OWNER_RETRY_MS = 100;
const OWNER_WATCH_MS = 1_000;
const OPENING_PATIENCE_MS = 5_000;
const FAST_STOP_MS = 2_000;

/**
 * The PostgreSQL of a data directory, shared by all supervisors on it. Any of them restarts it when it is missing;
 * its owner stops it at the end. So each supervisor may start, stop or be killed in any order.
 */
export class EmbeddedDatabase {
  url = '';
  owned = false;

  private readonly options: EmbeddedDatabaseOptions;
  private readonly dir: string;
  private port: number | undefined;
  private lock: OwnerLock | undefined;
  private opening: Promise<void> | undefined;
  private watch: NodeJS.Timeout | undefined;
  private closing = false;
  private openedAt = 0;
  private delayMs = 0;

  constructor(options: EmbeddedDatabaseOptions) {
    this.options = options;
    this.dir = join(options.dataDir, 'postgres');
  }

  open(): Promise<void> {
    this.opening = this.currentOpen();
    return this.opening;
  }

  async close(): Promise<void> {
    this.closing = true;
    if (this.opening === undefined) return;
    if (!(await settlesWithin(OPENING_PATIENCE_MS, this.opening))) {
      // Still replaying after a crash, so it accepts no connections: the next start continues from there.
      await stopCluster(this.dir, 'immediate');
      return;
    }
    clearInterval(this.watch);
    if (this.owned && !(await settlesWithin(FAST_STOP_MS, stopCluster(this.dir, 'fast')))) {
      await stopCluster(this.dir, 'immediate');
    }
    await this.lock?.close();
  }

  private async currentOpen(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.startAndLock();
        return;
      } catch (error) {
        // Adopted from an owner that was just stopping it.
        if (tries === OPEN_TRIES || !serverWentAway(error)) throw error;
      }
    }
  }

  private async startAndLock(): Promise<void> {
    const { url, port } = await startCluster({
      dir: this.dir,
      database: 'drumbeat',
      ...(this.port === undefined ? {} : { port: this.port }),
    });
    const lock = await OwnerLock.connect(url);
    let owned = await lock.tryTake();
    // The server needs a moment to notice that a killed owner is gone.
    for (let n = 0; n < OWNER_RETRIES && !owned; n += 1) {
      await pause(OWNER_RETRY_MS);
      owned = await lock.tryTake();
    }
    lock.onLost(() => {
      if (!this.closing) void this.revive();
    });
    this.url = url;
    this.owned = owned;
    this.port = port;
    this.lock = lock;
    this.openedAt = performance.now();
    if (!owned) this.watchOwner(lock);
  }

  /** A killed owner leaves the server to one of the others. */
  private watchOwner(lock: OwnerLock): void {
    clearInterval(this.watch);
    this.watch = setInterval(() => {
      void lock.tryTake().then(
        (taken) => {
          this.owned = taken;
          if (taken) clearInterval(this.watch);
        },
        () => undefined,
      );
    }, OWNER_WATCH_MS);
  }

  private async revive(): Promise<void> {
    const before = this.url;
    for (;;) {
      this.delayMs = nextDelay(this.delayMs, performance.now() - this.openedAt);
      this.options.log(`PostgreSQL went away; restarting it in ${this.delayMs / 1000} s.`);
      await pause(this.delayMs);
      if (this.closing) return;
      try {
        await this.open();
        break;
      } catch (error) {
        this.options.log((error as Error).message);
      }
    }
    if (this.url !== before) this.options.onMoved();
  }
}

async function settlesWithin(ms: number, work: Promise<void>): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, pause(ms, false, { ref: false })]);
}
