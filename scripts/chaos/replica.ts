import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { nextDelay } from '../launcher/supervisor/backoff.ts';

interface ReplicaOptions {
  name: string;
  script: string;
  env: () => NodeJS.ProcessEnv;
  /** Its working directory. */
  dir: string;
  /** The file to which its output is appended. */
  log: string;
  /** It was ready, was not killed, and still ended. */
  onAccident: (what: string) => void;
}

/** A process that is restarted whenever it ends: at once after a kill, with growing pauses when it gives up. */
export class Replica {
  readonly name: string;
  private readonly options: ReplicaOptions;
  private process: ChildProcess | undefined;
  private currentUrl: string | undefined;
  private killed = false;
  private stopping = false;
  private startedAt = 0;
  private delayMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private currentFailedStarts = 0;

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.options = options;
  }

  /** Its address; undefined while it starts. */
  get url(): string | undefined {
    return this.currentUrl;
  }

  get isAlive(): boolean {
    return this.process !== undefined && !this.killed;
  }

  /** How often it ended before it was ready, for example while the database was down. */
  get failedStarts(): number {
    return this.currentFailedStarts;
  }

  start(): void {
    const { script, env, dir, log } = this.options;
    this.killed = false;
    this.startedAt = performance.now();
    const output = openSync(log, 'a');
    // A session of its own keeps the terminal's Ctrl-C away: this run decides which process ends when.
    const child = spawn(process.execPath, [script], {
      cwd: dir,
      env: env(),
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    });
    closeSync(output);
    this.process = child;
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready') this.currentUrl = message.url;
    });
    child.once('error', () => {
      this.ended('it could not be started');
    });
    child.once('exit', (code, signal) => {
      this.ended(signal ?? `exit code ${code ?? 0}`);
    });
  }

  kill(): void {
    this.killed = true;
    this.process?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.process;
    if (child?.pid === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  private ended(how: string): void {
    const wasReady = this.currentUrl !== undefined;
    this.process = undefined;
    this.currentUrl = undefined;
    if (this.stopping) return;
    if (this.killed) {
      this.start();
      return;
    }
    const { name, onAccident } = this.options;
    if (wasReady) onAccident(`${name} ended by itself (${how}): ${this.lastWords()}`);
    else this.currentFailedStarts += 1;
    this.delayMs = nextDelay(this.delayMs, performance.now() - this.startedAt);
    this.timer = setTimeout(() => {
      this.start();
    }, this.delayMs);
  }

  /** The end of its output. */
  lastWords(): string {
    return readFileSync(this.options.log, 'utf8').trim().slice(-1_000) || 'it printed nothing';
  }
}
