import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { nextDelay } from '../launcher/supervisor/backoff.ts';

export interface ReplicaOptions {
  name: string;
  script: string;
  env: () => NodeJS.ProcessEnv;
  /** Where it works. */
  dir: string;
  /** The file its output is added to. */
  log: string;
  /** It was ready, nobody killed it, and yet it ended. */
  onAccident: (what: string) => void;
}

/** A process that is started again whenever it ends: at once after a kill, with growing pauses when it gives up. */
export class Replica {
  readonly name: string;
  readonly #options: ReplicaOptions;
  #process: ChildProcess | undefined;
  #url: string | undefined;
  #killed = false;
  #stopping = false;
  #startedAt = 0;
  #delayMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #failedStarts = 0;

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Where it answers; undefined while it starts. */
  get url(): string | undefined {
    return this.#url;
  }

  get isAlive(): boolean {
    return this.#process !== undefined && !this.#killed;
  }

  /** How often it ended before it was ready: while the database was away, say. */
  get failedStarts(): number {
    return this.#failedStarts;
  }

  start(): void {
    const { script, env, dir, log } = this.#options;
    this.#killed = false;
    this.#startedAt = performance.now();
    const output = openSync(log, 'a');
    // A session of its own keeps the terminal's Ctrl-C away: who ends when is decided here.
    const child = spawn(process.execPath, [script], {
      cwd: dir,
      env: env(),
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    });
    closeSync(output);
    this.#process = child;
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready') this.#url = message.url;
    });
    child.once('error', () => {
      this.#ended('it could not be started');
    });
    child.once('exit', (code, signal) => {
      this.#ended(signal ?? `exit code ${code ?? 0}`);
    });
  }

  kill(): void {
    this.#killed = true;
    this.#process?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#process;
    if (child?.pid === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  #ended(how: string): void {
    const wasReady = this.#url !== undefined;
    this.#process = undefined;
    this.#url = undefined;
    if (this.#stopping) return;
    if (this.#killed) {
      this.start();
      return;
    }
    const { name, onAccident } = this.#options;
    if (wasReady) onAccident(`${name} ended by itself (${how}): ${this.lastWords()}`);
    else this.#failedStarts += 1;
    this.#delayMs = nextDelay(this.#delayMs, performance.now() - this.#startedAt);
    this.#timer = setTimeout(() => {
      this.start();
    }, this.#delayMs);
  }

  /** The end of what it has written. */
  lastWords(): string {
    return readFileSync(this.#options.log, 'utf8').trim().slice(-1_000) || 'it said nothing';
  }
}
