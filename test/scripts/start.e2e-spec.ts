import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stopCluster } from '../../scripts/cluster.ts';
import { freePort } from '../../scripts/processes/free-port.ts';
import { writeFixtureApp } from './fixture-app.ts';
import { processesBelow } from './processes-below.ts';
import { scratchFolder, type ScratchFolder } from './scratch-folder.ts';
import { ask, StartedCommand } from './started-command.ts';
import { until } from './until.ts';

const READY = 'Drumbeat is ready';

let scratch: ScratchFolder;
let dataDir: string;
let port: number;
let common: NodeJS.ProcessEnv;

beforeEach(async () => {
  scratch = scratchFolder();
  dataDir = join(scratch.path, 'data');
  port = await freePort();
  common = { DRUMBEAT_DIST: join(scratch.path, 'dist'), DATA_DIR: dataDir, PORT: String(port) };
  writeFixtureApp(join(scratch.path, 'dist'));
});

afterEach(async () => {
  for (const pid of started.splice(0)) endGroup(pid);
  await stopCluster(join(dataDir, 'postgres'), 'immediate');
  await until(() => processesBelow(scratch.path).length === 0);
  scratch[Symbol.dispose]();
});

const started: number[] = [];

function run(env: NodeJS.ProcessEnv = {}, command?: string[]): StartedCommand {
  const command_ = new StartedCommand({ ...common, ...env }, command);
  started.push(command_.pid);
  return command_;
}

async function start(env: NodeJS.ProcessEnv = {}): Promise<StartedCommand> {
  const command = run(env);
  await command.says(READY);
  return command;
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself, as it should.
  }
}

const app = (): string => `http://127.0.0.1:${port}`;
const postmasterPid = (): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

async function expectAllGone(command: StartedCommand): Promise<void> {
  const begun = performance.now();
  expect(await command.exit).toBe(0);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(processesBelow(scratch.path)).toEqual([]);
  expect(existsSync(join(dataDir, 'run.json'))).toBe(false);
}

describe('one supervisor', () => {
  it('starts everything, says where it is, stops everything, and finds its data again', async () => {
    const first = await start();
    const { env, starts } = await ask(app());
    const simulatorUrl = env.WHATSAPP_API_URL ?? '';
    const simulator = await ask(simulatorUrl);

    expect(starts).toBe(1);
    expect(first.output).toMatch(/^Drumbeat is ready \(\d+\.\d s\)\n/);
    for (const line of [
      `API        ${app()}/api`,
      `Docs       ${app()}/docs`,
      `Simulator  ${simulatorUrl}`,
      `Admin key  ${dataDir}/admin-api-key`,
      `Data       ${dataDir}`,
    ]) {
      expect(first.output).toContain(line);
    }
    expect(simulator.env).toMatchObject({
      SIMULATOR_WEBHOOK_URL: `${app()}/api/webhooks/whatsapp`,
      DATABASE_URL: env.DATABASE_URL,
      WHATSAPP_PHONE_NUMBER_ID: expect.stringMatching(/^\d{15}$/),
      WHATSAPP_BUSINESS_ACCOUNT_ID: expect.stringMatching(/^\d{15}$/),
      META_BUSINESS_ID: expect.stringMatching(/^\d{15}$/),
      WHATSAPP_ACCESS_TOKEN: env.WHATSAPP_ACCESS_TOKEN,
      WHATSAPP_APP_SECRET: env.WHATSAPP_APP_SECRET,
      WHATSAPP_VERIFY_TOKEN: env.WHATSAPP_VERIFY_TOKEN,
    });
    expect(env.WHATSAPP_APP_SECRET).toHaveLength(32);
    for (const file of ['run.json', 'simulator-credentials.json']) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    }

    first.signal('SIGTERM');
    await expectAllGone(first);

    const second = await start({ WHATSAPP_VERIFY_TOKEN: 'mine', ADMIN_API_KEY: 'given' });
    const again = await ask(app());
    expect(again.starts).toBe(2);
    expect(again.env.WHATSAPP_APP_SECRET).toBe(env.WHATSAPP_APP_SECRET);
    expect(again.env.WHATSAPP_VERIFY_TOKEN).toBe('mine');
    expect(second.output).toContain('Admin key  ADMIN_API_KEY (environment)');
    second.signal('SIGHUP');
    await expectAllGone(second);
  });

  it('stops in good order when a terminal sends Ctrl-C to all, twice', async () => {
    const command = await start();
    command.signalGroup('SIGINT');
    command.signalGroup('SIGINT');
    await expectAllGone(command);
    expect(command.output).not.toContain('unexpectedly');
    expect(command.output).not.toContain('went away');
  });

  it('stops when it has hardly begun', async () => {
    const command = run();
    await until(() => existsSync(dataDir));
    command.signal('SIGTERM');
    await expectAllGone(command);
    expect(command.output).toBe('');
  });

  it('kills an application that does not stop', async () => {
    const command = await start({ FIXTURE_HANGS: 'yes' });
    command.signal('SIGTERM');
    await expectAllGone(command);
    expect(command.output).toContain('The application does not stop; killing it.');
  });

  it('starts again on its data after everything was killed', async () => {
    const first = await start();
    first.signalGroup('SIGKILL');
    await first.exit;
    const second = await start();
    expect((await ask(app())).starts).toBe(2);
    second.signal('SIGTERM');
    await expectAllGone(second);
  });

  it('stops when npm is killed and cannot tell', async () => {
    const npm = join(scratch.path, 'npm.mjs');
    writeFileSync(
      npm,
      `import { spawn } from 'node:child_process';
       spawn(process.execPath, ['scripts/start.ts'], { stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'start' } });`,
    );
    const command = run({}, [npm]);
    await command.says(READY);
    command.signal('SIGKILL');
    await command.exit;
    expect(processesBelow(scratch.path)).toEqual([]);
  });

  it('brings back what dies: application, simulator, PostgreSQL', async () => {
    const command = await start();
    const before = await ask(app());
    const simulatorUrl = before.env.WHATSAPP_API_URL ?? '';
    const simulator = await ask(simulatorUrl);

    process.kill(before.pid, 'SIGKILL');
    process.kill(simulator.pid, 'SIGKILL');
    const after = await until(async () => ask(app()));
    expect(after.pid).not.toBe(before.pid);
    expect((await until(async () => ask(simulatorUrl))).pid).not.toBe(simulator.pid);
    expect(command.output).toContain(
      'The application ended unexpectedly (SIGKILL); starting it again in 0.5 s.',
    );
    expect(command.output).toContain('The Meta simulator ended unexpectedly (SIGKILL)');

    process.kill(postmasterPid(), 'SIGKILL');
    await command.says('PostgreSQL went away; starting it again in 0.5 s.');
    await until(async () => (await ask(app())).starts === 2);
    command.signal('SIGTERM');
    await expectAllGone(command);
  });
});

describe('a start that cannot be', () => {
  it('names a bad setting in one line and touches nothing', async () => {
    const command = run({ PORT: 'http' });
    expect(await command.exit).toBe(1);
    expect(command.output).toBe('PORT: must be a number from 0 to 65535\n');
    expect(existsSync(dataDir)).toBe(false);
  });

  it('ends when the application does, and leaves the talking to it', async () => {
    const squatter = createServer().listen(port, '127.0.0.1');
    try {
      const command = run();
      expect(await command.exit).toBe(1);
      expect(command.output).toBe(`Port ${port} is taken.\n`);
      expect(processesBelow(scratch.path)).toEqual([]);
    } finally {
      squatter.close();
    }
  });

  it('is told that another one runs, which goes on', async () => {
    const both = [run(), run({ PORT: String(await freePort()) })];
    const first = await Promise.any(both.map((command) => command.says(READY).then(() => command)));
    const second = both.find((command) => command !== first);
    expect(await second?.exit).toBe(1);
    expect(second?.output).toMatch(
      /^Drumbeat already runs on .*\/data( \(http:.*\))?\. Stop it first, or choose another DATA_DIR\.\n$/,
    );

    const third = run();
    expect(await third.exit).toBe(1);
    expect(third.output).toMatch(
      /^Drumbeat already runs on .*\/data \(http:\/\/127\.0\.0\.1:\d+\)\. Stop it/,
    );
    first.signal('SIGTERM');
    await expectAllGone(first);
  });
});

describe('several roles on one data directory', () => {
  let workerPort: number;
  let worker: () => string;
  let workerRole: NodeJS.ProcessEnv;

  beforeEach(async () => {
    workerPort = await freePort();
    worker = () => `http://127.0.0.1:${workerPort}`;
    workerRole = { ROLE: 'worker', PORT: String(workerPort) };
  });

  it('share database, simulator and credentials, and leave without harm to the rest', async () => {
    const api = await start({ ROLE: 'api' });
    const second = await start(workerRole);
    const [atApi, atWorker] = [await ask(app()), await ask(worker())];
    expect(atWorker.starts).toBe(2);
    for (const name of ['DATABASE_URL', 'WHATSAPP_API_URL', 'WHATSAPP_ACCESS_TOKEN', 'DATA_DIR']) {
      expect([name, atWorker.env[name]]).toEqual([name, atApi.env[name]]);
    }

    second.signal('SIGTERM');
    expect(await second.exit).toBe(0);
    expect((await ask(app())).starts).toBe(2);
    api.signal('SIGTERM');
    await expectAllGone(api);
  });

  it('go on without the one that began', async () => {
    const api = await start({ ROLE: 'api' });
    const second = await start(workerRole);
    const simulatorUrl = (await ask(worker())).env.WHATSAPP_API_URL ?? '';
    api.signal('SIGTERM');
    expect(await api.exit).toBe(0);

    await until(async () => (await ask(worker())).starts === 2);
    expect((await until(async () => ask(simulatorUrl))).env.SIMULATOR_WEBHOOK_URL).toContain(worker());
    second.signal('SIGTERM');
    await expectAllGone(second);
  });

  it('are cleaned up by the last one when the first was killed', async () => {
    const api = await start({ ROLE: 'api' });
    const second = await start(workerRole);
    api.signalGroup('SIGKILL');
    await api.exit;
    await second.says('running it here');
    second.signal('SIGTERM');
    await expectAllGone(second);
  });

  it('give the simulator to the one that answers its webhooks', async () => {
    const second = await start(workerRole);
    const simulatorUrl = (await ask(worker())).env.WHATSAPP_API_URL ?? '';
    const api = await start({ ROLE: 'api' });
    expect((await ask(app())).env.WHATSAPP_API_URL).toBe(simulatorUrl);
    expect((await ask(simulatorUrl)).env.SIMULATOR_WEBHOOK_URL).toBe(`${app()}/api/webhooks/whatsapp`);

    api.signal('SIGTERM');
    expect(await api.exit).toBe(0);
    second.signal('SIGTERM');
    await expectAllGone(second);
  });

  it('do not send to a simulator what belongs to Meta', async () => {
    const api = await start({ ROLE: 'api', WHATSAPP_ACCESS_TOKEN: 'real' });
    expect(api.output).not.toContain('Simulator');
    expect((await ask(app())).env.WHATSAPP_API_URL).toBeUndefined();

    const second = run(workerRole);
    expect(await second.exit).toBe(1);
    expect(second.output).toContain('sends through Meta: give this process the same WHATSAPP_ settings');
    api.signal('SIGTERM');
    await expectAllGone(api);
  });
});

it('leaves a database of the operator alone', async () => {
  const url = 'postgres://shop@db.example:5432/shop';
  const command = await start({ DATABASE_URL: url, FIXTURE_DATABASE: 'off' });
  expect((await ask(app())).env.DATABASE_URL).toBe(url);
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  command.signal('SIGTERM');
  await expectAllGone(command);
});
