import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/all.js';
import { PATIENCE } from '../../../src/platform/database/connection-settings.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { isOutage } from '../../../src/platform/database/database.js';
import { migrate } from '../../../src/platform/database/migrate.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
const sources: DataSource[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.destroy()));
});
afterAll(async () => {
  await database.drop();
});

async function open(patience: Partial<typeof PATIENCE> = {}, url = database.url): Promise<DataSource> {
  const source = await createDataSource({ url, patience: { ...PATIENCE, ...patience } }).initialize();
  sources.push(source);
  return source;
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Stands between a client and PostgreSQL, and can stop forwarding as a host does that was cut off. */
class Wire {
  private readonly sockets: Socket[] = [];
  private isCut = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** The port is reserved, but answers only from `listen` on. */
  static async reserve(): Promise<{ url: string; listen: () => Promise<Wire> }> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { port } = address;
    await new Promise((done) => server.close(done));
    const target = new URL(database.url);
    const near = new URL(database.url);
    near.host = `127.0.0.1:${port}`;
    const listen = async (): Promise<Wire> => {
      const wire = new Wire(server, near.href);
      server.on('connection', (socket) => {
        wire.join(socket, connect(Number(target.port), target.hostname));
      });
      await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
      return wire;
    };
    return { url: near.href, listen };
  }

  cut(): void {
    this.isCut = true;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  private join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.push(from);
      from.on('data', (data) => {
        if (!this.isCut) to.write(data);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => undefined);
    }
  }
}

describe('a connection', () => {
  it('of the product has an end for statements, locks and idle transactions', async () => {
    const source = await open();
    const settings = await source.query<{ name: string; setting: string }[]>(
      `SELECT name, setting FROM pg_settings WHERE name IN
         ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'tcp_keepalives_idle')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, Number(setting)]))).toEqual({
      statement_timeout: 600_000,
      lock_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
      tcp_keepalives_idle: 10,
    });
  });

  it('that hangs in a transaction gives its lock back, and its owner hears of an outage', async () => {
    const [stuck, next] = [await open({ idleInTransactionMs: 300 }), await open()];
    const runner = stuck.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT pg_advisory_xact_lock(7)');
    // Waits until PostgreSQL has ended the session above.
    await next.query('SELECT pg_advisory_lock(7)');
    expect(isOutage(await errorOf(runner.query('SELECT 1')))).toBe(true);
    await runner.release().catch(() => undefined);
  });

  it('that waits too long for a lock reports an outage, which is retried', async () => {
    const [holder, waiting] = [await open(), await open({ lockMs: 200 })];
    const runner = holder.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT pg_advisory_xact_lock(8)');
    expect(isOutage(await errorOf(waiting.query('SELECT pg_advisory_xact_lock(8)')))).toBe(true);
    await runner.rollbackTransaction();
    await runner.release();
  });

  it('whose other end is gone without a word reports an outage, and the next one works', async () => {
    const { url, listen } = await Wire.reserve();
    const first = await listen();
    const source = await open({ silentMs: 400 }, url);
    await source.query('SELECT 1');
    first.cut();
    expect(isOutage(await errorOf(source.query('SELECT 1')))).toBe(true);
    await first.close();
    const second = await listen();
    expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await source.destroy();
    sources.splice(0);
    await second.close();
  });
});

describe('the start of a process', () => {
  it('waits for a database that is not there yet', async () => {
    const { url, listen } = await Wire.reserve();
    let wire: Wire | undefined;
    const reasons: unknown[] = [];
    await migrate(url, MIGRATIONS, {
      onWait: (reason) => {
        reasons.push(reason);
        if (reasons.length === 2) void listen().then((listening) => (wire = listening));
      },
    });
    expect(reasons.length).toBeGreaterThanOrEqual(2);
    await wire?.close();
  });

  it('waits for a table that is in use, without keeping others from it', async () => {
    const empty = await createTestDatabase({ empty: true });
    class Wide {
      readonly name = 'Wide1764000000000';
      async up(runner: { query: (text: string) => Promise<unknown> }): Promise<void> {
        await runner.query('SET LOCAL lock_timeout = 100');
        await runner.query('ALTER TABLE busy ADD COLUMN b int');
      }
      async down(): Promise<void> {
        // Nothing to take back: the database is dropped.
      }
    }
    const holder = await open({}, empty.url);
    await holder.query('CREATE TABLE busy (a int)');
    const runner = holder.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT * FROM busy');
    let waits = 0;
    const applied = await migrate(empty.url, [Wide], {
      onWait: () => {
        waits += 1;
        if (waits === 1) void runner.commitTransaction().then(() => runner.release());
      },
    });
    expect([applied, waits > 0]).toEqual([['Wide1764000000000'], true]);
    await holder.destroy();
    sources.splice(0);
    await empty.drop();
  });

  it('ends with the reason when the database stays away', async () => {
    const { url } = await Wire.reserve();
    expect(isOutage(await errorOf(migrate(url, MIGRATIONS, { forMs: 700 })))).toBe(true);
  });

  it('ends at once when the database refuses the password', async () => {
    const url = new URL(database.url);
    url.password = 'wrong';
    let waits = 0;
    const error = await errorOf(migrate(url.href, MIGRATIONS, { onWait: () => (waits += 1) }));
    expect([isOutage(error), waits]).toEqual([false, 0]);
  });
});
