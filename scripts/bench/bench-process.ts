import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface BenchProcessOptions {
  name: string;
  script: string;
  env: NodeJS.ProcessEnv;
  /** For Node itself. */
  flags?: readonly string[];
  /** Receives what the process prints: standard output is reserved for the figures. */
  logFile: string;
}

interface Message {
  type: string;
}

const STOP_PATIENCE_MS = 30_000;
const LAST_WORDS = 2_000;

/** A Node process of a benchmark, controlled through messages. */
export class BenchProcess {
  private readonly process: ChildProcess;
  private readonly options: BenchProcessOptions;

  constructor(options: BenchProcessOptions) {
    const { flags = [], script, env, logFile } = options;
    const log = openSync(logFile, 'a');
    this.options = options;
    this.process = spawn(process.execPath, [...flags, script], {
      env,
      stdio: ['ignore', log, log, 'ipc'],
      // A Ctrl-C is for the benchmark, which stops its processes one after the other.
      detached: true,
    });
    closeSync(log);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  tell(message: object): void {
    this.process.send(message);
  }

  /** The next message of this type. Rejects if the process ends first. */
  async says<T>(type: string): Promise<T> {
    const done = new AbortController();
    try {
      return await Promise.race([this.message<T>(type, done.signal), this.end(done.signal)]);
    } finally {
      done.abort();
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const patience = setTimeout(() => this.process.kill('SIGKILL'), STOP_PATIENCE_MS);
    await ended;
    clearTimeout(patience);
  }

  private async message<T>(type: string, signal: AbortSignal): Promise<T> {
    for (;;) {
      const [message] = (await once(this.process, 'message', { signal })) as [Message];
      if (message.type === type) return message as T;
    }
  }

  private async end(signal: AbortSignal): Promise<never> {
    if (this.process.exitCode === null) await once(this.process, 'exit', { signal });
    const { name, logFile } = this.options;
    throw new Error(`${name} ended: ${readFileSync(logFile, 'utf8').slice(-LAST_WORDS)}`);
  }
}
