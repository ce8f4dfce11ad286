import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Answer {
  pid: number;
  starts: number;
  env: Record<string, string | undefined>;
}

/** `npm start`, as a test sees it. */
export class StartedCommand {
  /** It has ended, and so has everything that writes to its output. */
  readonly exit: Promise<number | null>;
  /** It has ended; processes that it started may live on. */
  readonly death: Promise<unknown>;
  private readonly process: ChildProcess;
  private currentOutput = '';

  constructor(env: NodeJS.ProcessEnv, script = join('scripts', 'launcher', 'start.ts')) {
    this.process = spawn(process.execPath, [script], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, like that of a terminal's foreground job.
      detached: true,
    });
    const collect = (chunk: Buffer): void => {
      this.currentOutput += chunk.toString();
      this.process.emit('output');
    };
    this.process.stdout?.on('data', collect);
    this.process.stderr?.on('data', collect);
    this.death = once(this.process, 'exit');
    this.exit = once(this.process, 'close').then(([code]: (number | null)[]) => code ?? null);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get output(): string {
    return this.currentOutput;
  }

  /** Waits until it has printed `text`. Throws if it ends without. */
  async says(text: string): Promise<void> {
    while (!this.currentOutput.includes(text)) {
      const ended = await Promise.race([
        once(this.process, 'output').then(() => false),
        this.exit.then(() => true),
      ]);
      if (ended && !this.currentOutput.includes(text))
        throw new Error(`ended without "${text}":\n${this.currentOutput}`);
    }
  }

  ready(): Promise<void> {
    return this.says('Drumbeat is ready');
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  signalGroup(name: NodeJS.Signals): void {
    process.kill(-this.pid, name);
  }

  /** Kills it with everything it started, if it still runs. */
  kill(): void {
    try {
      this.signalGroup('SIGKILL');
    } catch {
      // It has already ended, as it should.
    }
  }
}

export async function ask(url: string): Promise<Answer> {
  return (await (await fetch(url)).json()) as Answer;
}
