import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { LOOPBACK } from '../launcher/processes/ports.ts';
import { Redis } from 'ioredis';

/** Redis is not an npm package: its mode needs Debian's redis-server, or the like, on the path. */
export function redisIsInstalled(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A Redis that keeps nothing on disk: a restart loses everything in it. */
export class RedisServer {
  private readonly dir: string;
  private readonly port: number;
  private process: ChildProcess | undefined;

  constructor(dir: string, port: number) {
    this.dir = dir;
    this.port = port;
  }

  get url(): string {
    return `redis://${LOOPBACK}:${this.port}`;
  }

  async start(): Promise<void> {
    const nothingKept = ['--save', '', '--appendonly', 'no'];
    const place = ['--port', String(this.port), '--bind', LOOPBACK, '--dir', this.dir];
    this.process = spawn('redis-server', [...place, ...nothingKept], { stdio: 'ignore', detached: true });
    await this.ask((client) => client.ping());
  }

  async flush(): Promise<void> {
    await this.ask((client) => client.flushall());
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  private async ask(question: (client: Redis) => Promise<unknown>): Promise<void> {
    const client = new Redis(this.url, { retryStrategy: () => 50, maxRetriesPerRequest: 200 });
    client.on('error', () => undefined);
    try {
      await question(client);
    } finally {
      client.disconnect();
    }
  }
}
