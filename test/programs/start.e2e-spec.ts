import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Installation } from './support/installation.ts';
import { quietPort } from './support/quiet-port.ts';
import { ask } from './support/started-command.ts';
import { until } from '../support/until.ts';

let here: Installation;

beforeEach(async () => {
  here = await Installation.create();
});

afterEach(() => here.remove());

describe('one supervisor', () => {
  it('starts everything, prints where it is, stops everything, and finds its data again', async () => {
    const first = await here.start();
    const { env, starts } = await ask(here.url);
    const simulatorUrl = env.WHATSAPP_API_URL ?? '';
    const simulator = await ask(simulatorUrl);

    expect(starts).toBe(1);
    expect(first.output).toMatch(/^Drumbeat is ready \(\d+\.\d s\)\n/);
    for (const line of [
      `API        ${here.url}/api`,
      `Docs       ${here.url}/docs`,
      `Simulator  ${simulatorUrl}`,
      `Admin key  ${here.dataDir}/admin-api-key`,
      `Data       ${here.dataDir}`,
    ]) {
      expect(first.output).toContain(line);
    }
    expect(simulator.env).toMatchObject({
      SIMULATOR_WEBHOOK_URL: `${here.url}/api/webhooks/whatsapp`,
      DATABASE_URL: env.DATABASE_URL,
      WHATSAPP_PHONE_NUMBER_ID: expect.stringMatching(/^\d{15}$/),
      WHATSAPP_BUSINESS_ACCOUNT_ID: expect.stringMatching(/^\d{15}$/),
      META_BUSINESS_ID: expect.stringMatching(/^\d{15}$/),
      WHATSAPP_ACCESS_TOKEN: env.WHATSAPP_ACCESS_TOKEN,
      WHATSAPP_APP_SECRET: env.WHATSAPP_APP_SECRET,
      WHATSAPP_VERIFY_TOKEN: env.WHATSAPP_VERIFY_TOKEN,
    });
    expect(env.WHATSAPP_APP_SECRET).toHaveLength(32);
    expect([env.CLOCK, simulator.env.CLOCK]).toEqual(['kept', 'kept']);
    for (const file of ['run.json', 'simulator-credentials.json']) {
      expect(statSync(join(here.dataDir, file)).mode & 0o777).toBe(0o600);
    }

    first.signal('SIGTERM');
    await here.expectAllGone(first);

    const second = await here.start({ WHATSAPP_VERIFY_TOKEN: 'mine', ADMIN_API_KEY: 'given' });
    const again = await ask(here.url);
    expect(again.starts).toBe(2);
    expect(again.env.WHATSAPP_APP_SECRET).toBe(env.WHATSAPP_APP_SECRET);
    expect(again.env.WHATSAPP_VERIFY_TOKEN).toBe('mine');
    expect(second.output).toContain('Admin key  ADMIN_API_KEY (environment)');
    second.signal('SIGHUP');
    await here.expectAllGone(second);
  });

  it('stops in good order when a terminal sends Ctrl-C to all processes, twice', async () => {
    const command = await here.start();
    command.signalGroup('SIGINT');
    command.signalGroup('SIGINT');
    await here.expectAllGone(command);
    expect(command.output).not.toContain('unexpectedly');
    expect(command.output).not.toContain('went away');
  });

  it('stops when it has hardly begun', async () => {
    const command = here.run();
    await until(() => existsSync(here.dataDir));
    command.signal('SIGTERM');
    await here.expectAllGone(command);
    expect(command.output).toBe('[supervisor] Stopping (SIGTERM).\n');
  });

  it('kills an application that does not stop', async () => {
    const command = await here.start({ FIXTURE_HANGS: 'yes' });
    command.signal('SIGTERM');
    await here.expectAllGone(command);
    expect(command.output).toContain('The application did not stop in time; killing it.');
  });

  it('starts again on its data after everything was killed', async () => {
    // Its children notice that it is gone, but need a moment to finish.
    const first = await here.start({ FIXTURE_LINGERS_MS: '1500' });
    first.signalGroup('SIGKILL');
    await first.death;
    const second = await here.start();
    expect((await ask(here.url)).starts).toBe(2);
    second.signal('SIGTERM');
    await here.expectAllGone(second);
  });

  it('stops when npm is killed and cannot pass the signal on', async () => {
    const npm = join(here.folder, 'npm.mjs');
    writeFileSync(
      npm,
      `import { spawn } from 'node:child_process';
       spawn(process.execPath, ['scripts/launcher/start.ts'], { stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'start' } });`,
    );
    const command = here.run({}, npm);
    await command.ready();
    command.signal('SIGKILL');
    await command.exit;
    expect(here.processes()).toEqual([]);
  });

  it('restarts what dies: application, simulator, PostgreSQL', async () => {
    const command = await here.start();
    const before = await ask(here.url);
    const simulatorUrl = before.env.WHATSAPP_API_URL ?? '';
    const simulator = await ask(simulatorUrl);

    process.kill(before.pid, 'SIGKILL');
    process.kill(simulator.pid, 'SIGKILL');
    const after = await until(async () => ask(here.url));
    expect(after.pid).not.toBe(before.pid);
    expect((await until(async () => ask(simulatorUrl))).pid).not.toBe(simulator.pid);
    expect(command.output).toContain('The application ended unexpectedly (SIGKILL); restarting it in 0.5 s.');
    expect(command.output).toContain('The Meta simulator ended unexpectedly (SIGKILL)');

    process.kill(here.postmasterPid(), 'SIGKILL');
    await command.says('PostgreSQL went away; restarting it in 0.5 s.');
    await until(async () => (await ask(here.url)).starts === 2);
    command.signal('SIGTERM');
    await here.expectAllGone(command);
  });
});

describe('an impossible start', () => {
  it('names a bad setting in one line and touches nothing', async () => {
    const command = here.run({ PORT: 'http' });
    expect(await command.exit).toBe(1);
    expect(command.output).toBe('PORT: must be a number from 0 to 65535\n');
    expect(existsSync(here.dataDir)).toBe(false);
  });

  it('names a data directory that cannot be used', async () => {
    const file = join(here.folder, 'file');
    writeFileSync(file, '');
    const command = here.run({ DATA_DIR: join(file, 'data') });
    expect(await command.exit).toBe(1);
    expect(command.output).toMatch(/^DATA_DIR: ENOTDIR.*\n$/);
  });

  it('ends when the application does, and prints only the application’s message', async () => {
    const squatter = createServer().listen(here.port, '127.0.0.1');
    try {
      const command = here.run();
      expect(await command.exit).toBe(1);
      expect(command.output).toBe(`Port ${here.port} is taken.\n`);
      expect(here.processes()).toEqual([]);
    } finally {
      squatter.close();
    }
  });

  it('is refused while another one runs, which continues', async () => {
    const both = [here.run(), here.run({ PORT: String(await quietPort()) })];
    const first = await Promise.any(both.map((command) => command.ready().then(() => command)));
    const second = both.find((command) => command !== first);
    expect(await second?.exit).toBe(1);
    expect(second?.output).toMatch(
      /^Drumbeat is already running on .*\/data( \(http:.*\))?\. Stop it first, or choose another DATA_DIR\.\n$/,
    );

    const third = here.run();
    expect(await third.exit).toBe(1);
    expect(third.output).toMatch(
      /^Drumbeat is already running on .*\/data \(http:\/\/127\.0\.0\.1:\d+\)\. Stop it/,
    );
    first.signal('SIGTERM');
    await here.expectAllGone(first);
  });
});

it('leaves an operator’s own database alone', async () => {
  const url = 'postgres://shop@db.example:5432/shop';
  const command = await here.start({ DATABASE_URL: url, FIXTURE_DATABASE: 'off' });
  expect((await ask(here.url)).env.DATABASE_URL).toBe(url);
  expect(existsSync(join(here.dataDir, 'postgres'))).toBe(false);
  command.signal('SIGTERM');
  await here.expectAllGone(command);
});
