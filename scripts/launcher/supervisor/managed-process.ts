import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { nextDelay } from './backoff.ts';
import { StartRefused } from './start-refused.ts';

interface ManagedProcessOptions {
  name: string;
  script: string;
  /** For Node itself. */
  flags?: readonly string[];
  /** Read at every start: a database that came back may have another address. */
  env: () => NodeJS.ProcessEnv;
  log: (line: string) => void;
}

/** What a process reports once it serves. */
export interface Ready {
  url: string;
  /** It serves the console. */
  console?: boolean;
  /** The link with which the first person signs up; absent once there is one. */
  ownerLink?: string;
}

/** A Node process that is kept running. Until it is settled, its end is a failed start; after that, an accident. */
export class ManagedProcess {
  /** From its first `{ type: 'ready', url }`. */
  readonly ready: Promise<Ready>;
  /** Rejects if it ends before it is settled. */
  readonly failedStart: Promise<never>;

  private readonly options: ManagedProcessOptions;
  private readonly reportReady: (ready: Ready) => void;
  private readonly reportFailure: (reason: Error) => void;
  private process: ChildProcess | undefined;
  private state: 'starting' | 'settled' | 'stopping' = 'starting';
  private startedAt = 0;
  private delayMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: ManagedProcessOptions) {
    this.options = options;
    let reportReady!: (ready: Ready) => void;
    let reportFailure!: (reason: Error) => void;
    this.ready = new Promise((resolve) => {
      reportReady = resolve;
    });
    this.failedStart = new Promise((_, reject) => {
      reportFailure = reject;
    });
    this.failedStart.catch(() => undefined);
    this.reportReady = reportReady;
    this.reportFailure = reportFailure;
  }

  start(): void {
    this.startedAt = performance.now();
    // A session of its own keeps the terminal's Ctrl-C away: the supervisor decides the order of stopping.
    const { flags = [], script, env } = this.options;
    this.process = spawn(process.execPath, [...flags, script], {
      env: env(),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    this.process.on('message', ({ type, ...ready }: { type?: string } & Partial<Ready>) => {
      if (type === 'ready') this.reportReady({ ...ready, url: ready.url ?? '' });
    });
    this.process.once('error', (error) => {
      this.reportFailure(error);
    });
    this.process.once('exit', (code, signal) => {
      this.ended(code, signal);
    });
  }

  settled(): void {
    this.state = 'settled';
  }

  /** Applies a new environment. The process comes back as it does after an accident. */
  restart(): void {
    this.process?.kill('SIGTERM');
  }

  async stop(graceMs: number): Promise<void> {
    this.state = 'stopping';
    clearTimeout(this.timer);
    const child = this.process;
    if (child?.pid === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const patience = setTimeout(() => {
      this.options.log(`${this.options.name} did not stop in time; killing it.`);
      child.kill('SIGKILL');
    }, graceMs);
    await ended;
    clearTimeout(patience);
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.process = undefined;
    if (this.state === 'stopping') return;
    const { name, log } = this.options;
    if (this.state === 'starting') {
      // A process that gave up has already printed why; a killed one could not.
      this.reportFailure(new StartRefused(signal === null ? '' : `${name} was ended by ${signal}.`));
      return;
    }
    this.delayMs = nextDelay(this.delayMs, performance.now() - this.startedAt);
    const how = signal ?? `exit code ${code ?? 0}`;
    log(`${name} ended unexpectedly (${how}); restarting it in ${this.delayMs / 1000} s.`);
    this.timer = setTimeout(() => {
      this.start();
    }, this.delayMs);
  }
}
