import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startCluster } from '../launcher/cluster.ts';
import { APP_ENVIRONMENT, APP_FLAGS } from '../launcher/supervisor/app-runtime.ts';
import { Api } from './api.ts';
import type { BenchRun } from './benchmark.ts';
import type { BenchProcess } from './bench-process.ts';
import { cpuSeconds, cpuSecondsOfFamily } from './proc.ts';
import { profilingFlags } from './profile.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist', 'src');

const KEY = 'bench-admin-key-0123456789-0123456789';
export const APP_SECRET = 'bench-app-secret';
export const PHONE_NUMBER_ID = '101010101010101';
export const BUSINESS_ACCOUNT_ID = '202020202020202';
const META = {
  WHATSAPP_ACCESS_TOKEN: 'bench-access-token',
  WHATSAPP_APP_SECRET: APP_SECRET,
  WHATSAPP_VERIFY_TOKEN: 'bench-verify-token',
  WHATSAPP_PHONE_NUMBER_ID: PHONE_NUMBER_ID,
  WHATSAPP_BUSINESS_ACCOUNT_ID: BUSINESS_ACCOUNT_ID,
  META_BUSINESS_ID: '303030303030303',
};

export type Role = 'all' | 'api' | 'worker';

export interface RunningProduct {
  process: BenchProcess;
  api: Api;
  url: string;
}

export interface Timed<T> {
  result: T;
  seconds: number;
  /** CPU seconds, which other programs on the machine disturb less than elapsed ones. */
  cpu: { product: number; postgres: number };
}

/** The product as `npm start` runs it: embedded PostgreSQL on disk, a simulated Meta, any of our processes. */
export class Installation {
  readonly client: pg.Client;
  readonly simulatorUrl: string;
  readonly simulator: BenchProcess;
  readonly databaseUrl: string;
  private readonly run: BenchRun;
  private readonly running: RunningProduct[] = [];

  private constructor(
    run: BenchRun,
    databaseUrl: string,
    client: pg.Client,
    simulator: BenchProcess,
    simulatorUrl: string,
  ) {
    this.run = run;
    this.databaseUrl = databaseUrl;
    this.client = client;
    this.simulator = simulator;
    this.simulatorUrl = simulatorUrl;
  }

  /** `settings`: for PostgreSQL, on top of those of `npm start`. */
  static async open(run: BenchRun, settings: Record<string, string> = {}): Promise<Installation> {
    const { workshop } = run;
    workshop.log('starting PostgreSQL and the simulator');
    const cluster = await startCluster({ dir: workshop.clusterFolder, database: 'drumbeat', settings });
    workshop.defer(() => cluster.stop('immediate'));
    const client = new pg.Client({ connectionString: cluster.url, application_name: 'bench' });
    // The server is stopped immediately at the end, or when the benchmark is cut short.
    client.on('error', () => undefined);
    await client.connect();
    workshop.defer(() => client.end().catch(() => undefined));
    const simulator = workshop.start({
      name: 'simulator',
      script: join(DIST, '..', 'simulator', 'main.js'),
      env: environment({ ...META, SIMULATOR_PORT: '0', SIMULATOR_KEEP_BODIES: '0' }),
    });
    const { url } = await simulator.says<{ url: string }>('ready');
    return new Installation(run, cluster.url, client, simulator, url);
  }

  async startProduct(role: Role, more: Record<string, string> = {}): Promise<RunningProduct> {
    const { workshop, nodeFlags = APP_FLAGS, profile } = this.run;
    workshop.log(`starting the product (ROLE=${role})`);
    const process = workshop.start({
      name: `product ${role}`,
      script: join(DIST, 'main.js'),
      flags: [...nodeFlags, ...(profile ? profilingFlags(`${workshop.name}-${role}`) : [])],
      env: environment({
        ...APP_ENVIRONMENT,
        ...META,
        ...inherited('REDIS_URL', ...Object.keys(APP_ENVIRONMENT)),
        WHATSAPP_API_URL: this.simulatorUrl,
        DATABASE_URL: this.databaseUrl,
        DATA_DIR: workshop.path('data'),
        ADMIN_API_KEY: KEY,
        SEND_WINDOW: 'off',
        PORT: '0',
        ROLE: role,
        ...more,
      }),
    });
    const { url } = await process.says<{ url: string }>('ready');
    const product = { process, url, api: new Api(url, KEY) };
    this.running.push(product);
    return product;
  }

  async stopProduct(product: RunningProduct): Promise<void> {
    await product.process.stop();
    this.running.splice(this.running.indexOf(product), 1);
  }

  /** Meta's side, as an operator of the simulator sets it up. */
  async meta(path: string, body: object, method: 'POST' | 'PUT' = 'POST'): Promise<void> {
    await new Api(this.simulatorUrl, '').send(method, path, body);
  }

  get serverPid(): number {
    const lines = readFileSync(join(this.run.workshop.clusterFolder, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]);
  }

  async timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
    const before = this.currentCpu();
    const begun = performance.now();
    const result = await work();
    const seconds = (performance.now() - begun) / 1000;
    const after = this.currentCpu();
    return {
      result,
      seconds,
      cpu: { product: after.product - before.product, postgres: after.postgres - before.postgres },
    };
  }

  private currentCpu(): Timed<unknown>['cpu'] {
    return {
      product: this.running.reduce((sum, { process }) => sum + cpuSeconds(process.pid), 0),
      postgres: cpuSecondsOfFamily(this.serverPid),
    };
  }
}

/** None of the developer's own settings. */
export function environment(values: Record<string, string>): NodeJS.ProcessEnv {
  return { ...inherited('PATH', 'HOME', 'TMPDIR'), ...values };
}

function inherited(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
