import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { nextDelay } from './backoff.ts';
import { StartRefused } from './start-refused.ts';

export interface ManagedProcessOptions {
  name: string;
  script: string;
  /** For Node itself. */
  flags?: readonly string[];
  /** Read at every start: a database that came back may have another address. */
  env: () => NodeJS.ProcessEnv;
  log: (line: string) => void;
}

/** A Node process that is kept running: until it is settled its end is a failed start, from then on an accident. */
export class ManagedProcess {
  /** The address from its first `{ type: 'ready', url }`. */
  readonly ready: Promise<string>;
  /** Rejects when it ends before it is settled. */
  readonly failedStart: Promise<never>;

  readonly #options: ManagedProcessOptions;
  readonly #reportReady: (url: string) => void;
  readonly #reportFailure: (reason: Error) => void;
  #process: ChildProcess | undefined;
  #state: 'starting' | 'settled' | 'stopping' = 'starting';
  #startedAt = 0;
  #delayMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ManagedProcessOptions) {
    this.#options = options;
    let reportReady!: (url: string) => void;
    let reportFailure!: (reason: Error) => void;
    this.ready = new Promise((resolve) => {
      reportReady = resolve;
    });
    this.failedStart = new Promise((_, reject) => {
      reportFailure = reject;
    });
    this.failedStart.catch(() => undefined);
    this.#reportReady = reportReady;
    this.#reportFailure = reportFailure;
  }

  start(): void {
    this.#startedAt = performance.now();
    // A session of its own keeps the terminal's Ctrl-C away: who stops in which order is decided here.
    const { flags = [], script, env } = this.#options;
    this.#process = spawn(process.execPath, [...flags, script], {
      env: env(),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    this.#process.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready') this.#reportReady(message.url ?? '');
    });
    this.#process.once('error', (error) => {
      this.#reportFailure(error);
    });
    this.#process.once('exit', (code, signal) => {
      this.#ended(code, signal);
    });
  }

  settled(): void {
    this.#state = 'settled';
  }

  /** For a new environment; it comes back like after an accident. */
  restart(): void {
    this.#process?.kill('SIGTERM');
  }

  async stop(graceMs: number): Promise<void> {
    this.#state = 'stopping';
    clearTimeout(this.#timer);
    const child = this.#process;
    if (child?.pid === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const patience = setTimeout(() => {
      this.#options.log(`${this.#options.name} does not stop; killing it.`);
      child.kill('SIGKILL');
    }, graceMs);
    await ended;
    clearTimeout(patience);
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.#process = undefined;
    if (this.#state === 'stopping') return;
    const { name, log } = this.#options;
    if (this.#state === 'starting') {
      // A process that gave up has said why; one that was killed could not.
      this.#reportFailure(new StartRefused(signal === null ? '' : `${name} was ended by ${signal}.`));
      return;
    }
    this.#delayMs = nextDelay(this.#delayMs, performance.now() - this.#startedAt);
    const how = signal ?? `exit code ${code ?? 0}`;
    log(`${name} ended unexpectedly (${how}); starting it again in ${this.#delayMs / 1000} s.`);
    this.#timer = setTimeout(() => {
      this.start();
    }, this.#delayMs);
  }
}
