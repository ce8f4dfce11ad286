import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { locateBinaries, repairLibraryLinks } from '../../scripts/launcher/cluster/binaries.ts';
import { startCluster, stopCluster, type Cluster } from '../../scripts/launcher/cluster.ts';
import { runCommand } from '../../scripts/launcher/processes/run-command.ts';
import { scratchFolder, type ScratchFolder } from './support/scratch-folder.ts';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

let scratch: ScratchFolder;
let dir: string;

beforeEach(() => {
  scratch = scratchFolder();
  dir = join(scratch.path, 'data', 'postgres');
});

afterEach(async () => {
  await stopCluster(dir, 'immediate');
  scratch[Symbol.dispose]();
});

const start = (more: Partial<Parameters<typeof startCluster>[0]> = {}): Promise<Cluster> =>
  startCluster({ dir, database: 'shop', durable: false, ...more });

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

/** Runs startCluster in a process of its own, as two terminals would. */
function startElsewhere(env: NodeJS.ProcessEnv = {}): Promise<{ ok: boolean; output: string }> {
  const module = join(process.cwd(), 'scripts', 'launcher', 'cluster.ts');
  const script = `
    const { startCluster } = await import(${JSON.stringify(module)});
    const { url, adopted } = await startCluster({ dir: ${JSON.stringify(dir)}, database: 'shop', durable: false });
    console.log(JSON.stringify({ url, adopted }));`;
  return runCommand([process.execPath, '--input-type=module', '--eval', script], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
}

const postmasterPid = (): number => Number(readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n')[0]);

describe('a new cluster', () => {
  it('is UTF-8, private, tuned, and leaves nothing else behind', async () => {
    const { url, adopted } = await start({ settings: { search_path: `"it's", public` } });

    expect(adopted).toBe(false);
    expect(await ask(url, 'SHOW server_encoding')).toBe('UTF8');
    expect(await ask(url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(url, 'SHOW max_connections')).toBe('200');
    expect(await ask(url, 'SHOW timezone')).toBe('UTC');
    expect(await ask(url, 'SHOW fsync')).toBe('off');
    expect(await ask(url, 'SHOW search_path')).toBe(`"it's", public`);
    expect(await ask(url, `SELECT upper('ñ')`)).toBe('Ñ');
    expect(statSync(join(dir, 'app-password')).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(dir)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(dir))).toEqual(['postgres']);
    await expect(ask(url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow('password');
  });

  it('is durable by default', async () => {
    const { url } = await startCluster({ dir, database: 'shop' });
    expect(await ask(url, 'SHOW fsync')).toBe('on');
  });

  it('ignores what an interrupted first start left', async () => {
    mkdirSync(`${dir}.new-1`, { recursive: true });
    writeFileSync(join(`${dir}.new-1`, 'PG_VERSION'), '18\n');
    const { url } = await start();
    expect(await ask(url, 'SELECT 1')).toBe(1);
    expect(readdirSync(dirname(dir))).toEqual(['postgres']);
  });

  it('is not created over a folder that holds something else', async () => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'diary.txt'), 'mine');
    await expect(start()).rejects.toThrow('ENOTEMPTY');
    expect(readdirSync(dirname(dir))).toEqual(['postgres']);
    expect(readFileSync(join(dir, 'diary.txt'), 'utf8')).toBe('mine');
  });

  it('is created once when two start at the same instant', async () => {
    const both = await Promise.all([startElsewhere(), startElsewhere()]);
    const answers = both.map(({ output }) => JSON.parse(output) as { url: string; adopted: boolean });
    expect(answers.map(({ adopted }) => adopted).sort()).toEqual([false, true]);
    expect(answers[0]?.url).toBe(answers[1]?.url);
    expect(await ask(answers[0]?.url ?? '', 'SELECT 1')).toBe(1);
  });
});

describe('an existing cluster', () => {
  let made: ScratchFolder;

  beforeAll(async () => {
    made = scratchFolder();
    const cluster = await start({ dir: join(made.path, 'postgres') });
    await cluster.stop();
  });

  afterAll(() => {
    made[Symbol.dispose]();
  });

  beforeEach(async () => {
    mkdirSync(dirname(dir));
    await runCommand(['cp', '-a', join(made.path, 'postgres'), dir]);
  });

  it('keeps its data and password across a restart', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE note AS SELECT 42 AS n');
    await first.stop();
    await expect(ask(first.url, 'SELECT 1')).rejects.toThrow();

    const second = await start({ port: first.port });
    expect(second).toMatchObject({ adopted: false, url: first.url });
    expect(await ask(second.url, 'SELECT n FROM note')).toBe(42);
  });

  it('is adopted while it runs, and may be stopped twice', async () => {
    const first = await start();
    const second = await start({ database: 'other "shop"' });
    expect(second).toMatchObject({ adopted: true, port: first.port });
    expect(await ask(second.url, 'SELECT current_database()')).toBe('other "shop"');
    await second.stop();
    await first.stop();
  });

  it('comes back after its server was killed', async () => {
    const first = await start({ durable: true });
    await ask(first.url, 'CREATE TABLE note AS SELECT 42 AS n');
    process.kill(postmasterPid(), 'SIGKILL');
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second.url, 'SELECT n FROM note')).toBe(42);
  });

  async function lockedBy(pid: number): Promise<void> {
    const cluster = await start();
    const lockFile = readFileSync(join(dir, 'postmaster.pid'), 'utf8');
    await cluster.stop();
    writeFileSync(join(dir, 'postmaster.pid'), lockFile.replace(/^\d+/, String(pid)));
  }

  it('starts over the lock file of a process that is gone', async () => {
    await lockedBy(4_194_300);
    expect(await start()).toMatchObject({ adopted: false });
  });

  it('starts over a lock file whose process id belongs to another program, and leaves that program alone', async () => {
    // Not this process: PostgreSQL itself would recognise its own grandparent.
    const stranger = spawn('sleep', ['60']);
    try {
      await lockedBy(stranger.pid ?? 0);
      await stopCluster(dir);
      expect(await start()).toMatchObject({ adopted: false });
      expect(stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('is not mistaken for a running copy of itself', async () => {
    const original = await start();
    const copy = join(scratch.path, 'copy');
    await runCommand(['cp', '-a', dir, copy]);
    const second = await startCluster({ dir: copy, database: 'shop', durable: false });
    try {
      expect(second.adopted).toBe(false);
      expect(await ask(second.url, `SHOW data_directory`)).toBe(copy);
      expect(await ask(original.url, `SHOW data_directory`)).toBe(dir);
    } finally {
      await second.stop('immediate');
    }
  });

  it('uses another port when the wanted one is busy', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const port = (squatter.address() as { port: number }).port;
      const cluster = await start({ port });
      expect(cluster.port).not.toBe(port);
      expect(await ask(cluster.url, 'SELECT 1')).toBe(1);
    } finally {
      squatter.close();
    }
  });

  it('reports why it does not start', async () => {
    await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /did not start on .*\n.*shared_buffers/,
    );
  });

  asRoot('stays with the user it belongs to', async () => {
    chownSync(dir, 1234, 1234);
    await expect(start()).rejects.toThrow('belongs to user id 1234');
    expect(statSync(dir).uid).toBe(1234);
  });

  asRoot('moves to user nobody where user namespaces are forbidden, and back', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE note AS SELECT 42 AS n');
    await first.stop();
    const forbidding = join(scratch.path, 'bin');
    mkdirSync(forbidding);
    writeFileSync(join(forbidding, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });

    const moved = await startElsewhere({ PATH: `${forbidding}:${process.env.PATH ?? ''}` });
    const { url } = JSON.parse(moved.output) as { url: string };
    expect(statSync(`/proc/${postmasterPid()}`).uid).toBe(65534);
    expect(await ask(url, 'SELECT n FROM note')).toBe(42);
    await stopCluster(dir);

    const back = await start();
    expect(statSync(`/proc/${postmasterPid()}`).uid).toBe(0);
    expect(await ask(back.url, 'SELECT n FROM note')).toBe(42);
  });
});

it('repairs the library links that a blocked install script did not create', async () => {
  const { pg_ctl } = await locateBinaries();
  const copy = join(scratch.path, 'package');
  cpSync(dirname(dirname(dirname(pg_ctl))), copy, { recursive: true, verbatimSymlinks: true });
  const library = join(copy, 'native', 'lib', 'libicuuc.so.60');
  rmSync(library);

  await repairLibraryLinks(copy);
  expect(existsSync(library)).toBe(true);
});
