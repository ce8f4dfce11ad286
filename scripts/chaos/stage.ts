import { randomBytes, randomInt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, startCluster } from '../launcher/cluster.ts';
import { freePort } from '../launcher/processes/ports.ts';
import { Api } from './api.ts';
import { Balancer } from './balancer.ts';
import { Meta } from './meta.ts';
import type { ChaosOptions } from './options.ts';
import type { Patience } from './patience.ts';
import { query } from './query.ts';
import { RedisServer } from './redis-server.ts';
import { Replica } from './replica.ts';

/** Where the movable clock begins: a Monday morning. */
const CLOCK = '2025-06-02T09:30:00Z';
const PHONE_ID = '101010101010101';
/** Every process may open about forty connections, and a killed one leaves its own behind for a moment. */
const CONNECTIONS_PER_PROCESS = 60;

const META = {
  WHATSAPP_ACCESS_TOKEN: 'chaos-access-token',
  WHATSAPP_APP_SECRET: 'chaos-app-secret',
  WHATSAPP_VERIFY_TOKEN: 'chaos-verify-token',
  WHATSAPP_PHONE_NUMBER_ID: PHONE_ID,
  WHATSAPP_BUSINESS_ACCOUNT_ID: '202020202020202',
  META_BUSINESS_ID: '303030303030303',
};

export interface Place {
  /** A folder of this run alone. */
  dir: string;
  /** The compiled application. */
  dist: string;
}

/**
 * The whole installation: PostgreSQL, Redis if wanted, the simulator, workers, APIs and a balancer in front of them.
 */
export class Stage {
  readonly phoneId = PHONE_ID;
  readonly replicas: Replica[] = [];
  /** Processes that ended without being killed. */
  readonly accidents: string[] = [];
  private readonly options: ChaosOptions;
  private readonly place: Place;
  private readonly patience: Patience;
  private readonly adminKey = randomBytes(24).toString('base64url');
  private readonly encryptionKey = randomBytes(32).toString('base64');
  private readonly cleanUp = new AsyncDisposableStack();
  private readonly balancer = new Balancer(() =>
    this.replicas.flatMap(({ name, url }) => (url !== undefined && name.startsWith('api') ? [url] : [])),
  );
  private cluster: Cluster | undefined;
  private redis: RedisServer | undefined;
  private currentApi: Api | undefined;
  private currentMeta: Meta | undefined;

  constructor(options: ChaosOptions, place: Place, patience: Patience) {
    this.options = options;
    this.place = place;
    this.patience = patience;
  }

  get api(): Api {
    return there(this.currentApi);
  }

  get meta(): Meta {
    return there(this.currentMeta);
  }

  get databaseUrl(): string {
    return there(this.cluster).url;
  }

  /** Whatever was started before a failure is stopped by `close` too. */
  async open(): Promise<void> {
    const { dir, dist } = this.place;
    await mkdir(this.options.logs ?? join(dir, 'logs'), { recursive: true });
    await this.startPostgres(await quietPort());
    this.cleanUp.defer(() => there(this.cluster).stop('immediate'));
    if (this.options.redis) await this.startRedis();
    const url = await this.balancer.listen();
    this.cleanUp.defer(() => this.balancer.close());
    this.currentApi = new Api(url, this.adminKey, this.patience);

    const simulator = this.replica('simulator', join(dist, 'simulator/main.js'), {
      SIMULATOR_PORT: '0',
      SIMULATOR_WEBHOOK_URL: `${url}/api/webhooks/whatsapp`,
      SIMULATOR_KEEP_BODIES: '0',
    });
    const metaUrl = await this.ready(simulator);
    this.currentMeta = new Meta(metaUrl);

    const { apis, workers } = this.options;
    for (const [role, count] of Object.entries({ api: apis, worker: workers })) {
      for (let number = 1; number <= count; number += 1) {
        const replica = this.replica(`${role}-${number}`, join(dist, 'src/main.js'), {
          ROLE: role,
          PORT: '0',
          DATA_DIR: join(dir, 'data'),
          ADMIN_API_KEY: this.adminKey,
          ENCRYPTION_KEY: this.encryptionKey,
          WHATSAPP_API_URL: metaUrl,
          SEND_WINDOW: 'off',
          LOG_LEVEL: 'warn',
        });
        this.replicas.push(replica);
      }
    }
    for (const replica of this.replicas) await this.ready(replica);
  }

  async close(): Promise<void> {
    await this.cleanUp.disposeAsync();
  }

  /** As if its machine had crashed: sessions are cut, and committed data is recovered from the log. */
  async restartPostgres(): Promise<void> {
    const cluster = there(this.cluster);
    await cluster.stop('immediate');
    await this.startPostgres(cluster.port);
  }

  /**
   * As a failover looks from outside: all sessions are cut, and who connects again first reaches a server that only reads.
   * The sessions of that time are cut as well, when it is over.
   */
  async failOver(forMs: number): Promise<void> {
    await query(this.databaseUrl, 'ALTER SYSTEM SET default_transaction_read_only = on');
    await this.cutSessions();
    await this.patience.pause(forMs);
    await query(this.databaseUrl, 'ALTER SYSTEM RESET default_transaction_read_only');
    await this.cutSessions();
  }

  private async cutSessions(): Promise<void> {
    await query(
      this.databaseUrl,
      `SELECT pg_reload_conf(), pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  }

  /** The queue loses every job. On Redis in turn: by a flush, then by a crash of Redis itself. */
  async loseQueue(time: number): Promise<void> {
    if (this.redis === undefined) await truncateQueue(this.databaseUrl);
    else if (time % 2 === 0) await this.redis.flush();
    else {
      await this.redis.stop();
      await this.redis.start();
    }
  }

  private async startPostgres(port: number): Promise<void> {
    const { workers, apis, durable } = this.options;
    this.cluster = await startCluster({
      dir: join(this.place.dir, 'postgres'),
      database: 'drumbeat',
      durable,
      port,
      settings: {
        max_connections: String((workers + apis + 2) * CONNECTIONS_PER_PROCESS),
        // Committed data must survive an immediate stop, whatever else is saved.
        synchronous_commit: 'on',
      },
    });
    if (this.cluster.port !== port)
      throw new Error(`port ${port} of PostgreSQL was taken by another process`);
  }

  private async startRedis(): Promise<void> {
    const redis = new RedisServer(this.place.dir, await quietPort());
    this.redis = redis;
    this.cleanUp.defer(() => redis.stop());
    await redis.start();
  }

  private replica(name: string, script: string, env: NodeJS.ProcessEnv): Replica {
    const replica = new Replica({
      name,
      script,
      dir: this.place.dir,
      log: join(this.options.logs ?? join(this.place.dir, 'logs'), `${name}.log`),
      env: () => ({
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        CLOCK,
        DATABASE_URL: this.databaseUrl,
        ...(this.redis === undefined ? {} : { REDIS_URL: this.redis.url }),
        ...META,
        ...env,
      }),
      onAccident: (what) => this.accidents.push(what),
    });
    this.cleanUp.defer(() => replica.stop());
    replica.start();
    return replica;
  }

  private async ready(replica: Replica): Promise<string> {
    const url = await this.patience.until({
      what: `${replica.name} is ready`,
      look: () => Promise.resolve(replica.url ?? `not ready: ${replica.lastWords()}`),
      holds: (seen) => seen.startsWith('http'),
    });
    return url;
  }
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the installation is not open yet');
  return part;
}

/** A free port, below those that the system hands out to every outgoing connection. */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if ((await freePort(port)) === port) return port;
  }
}

async function truncateQueue(databaseUrl: string): Promise<void> {
  const [found] = await query<{ tables: string | null }>(
    databaseUrl,
    `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables FROM pg_tables
      WHERE schemaname = 'bullmq' AND tablename NOT IN ('migration', 'meta')`,
  );
  if (found?.tables === null || found?.tables === undefined) throw new Error('the queue has no tables');
  await query(databaseUrl, `TRUNCATE ${found.tables} CASCADE`);
}
