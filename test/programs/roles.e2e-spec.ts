import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Installation } from './support/installation.ts';
import { quietPort } from './support/quiet-port.ts';
import { ask } from './support/started-command.ts';
import { until } from '../support/until.ts';

let here: Installation;
let worker: string;
let workerRole: NodeJS.ProcessEnv;

beforeEach(async () => {
  here = await Installation.create();
  const port = await quietPort();
  worker = `http://127.0.0.1:${port}`;
  workerRole = { ROLE: 'worker', PORT: String(port) };
});

afterEach(() => here.remove());

it('processes of one installation share database, simulator and credentials, and stop without harm to the rest', async () => {
  const api = await here.start({ ROLE: 'api' });
  const second = await here.start(workerRole);
  const [atApi, atWorker] = [await ask(here.url), await ask(worker)];
  expect(atWorker.starts).toBe(2);
  for (const name of ['DATABASE_URL', 'WHATSAPP_API_URL', 'WHATSAPP_ACCESS_TOKEN', 'DATA_DIR']) {
    expect([name, atWorker.env[name]]).toEqual([name, atApi.env[name]]);
  }

  second.signal('SIGTERM');
  expect(await second.exit).toBe(0);
  expect((await ask(here.url)).starts).toBe(2);
  api.signal('SIGTERM');
  await here.expectAllGone(api);
});

it('the remaining process continues when the one that started first stops', async () => {
  const api = await here.start({ ROLE: 'api' });
  const second = await here.start(workerRole);
  const simulatorUrl = (await ask(worker)).env.WHATSAPP_API_URL ?? '';
  api.signal('SIGTERM');
  expect(await api.exit).toBe(0);

  await until(async () => (await ask(worker)).starts === 2);
  expect((await until(async () => ask(simulatorUrl))).env.SIMULATOR_WEBHOOK_URL).toContain(worker);
  second.signal('SIGTERM');
  await here.expectAllGone(second);
});

it('the last process cleans up when the first was killed', async () => {
  const api = await here.start({ ROLE: 'api' });
  const second = await here.start(workerRole);
  api.signalGroup('SIGKILL');
  await api.death;
  await second.says('running it here');
  second.signal('SIGTERM');
  await here.expectAllGone(second);
});

it('the process that answers webhooks hosts the simulator', async () => {
  const second = await here.start(workerRole);
  const simulatorUrl = (await ask(worker)).env.WHATSAPP_API_URL ?? '';
  const api = await here.start({ ROLE: 'api' });
  expect((await ask(here.url)).env.WHATSAPP_API_URL).toBe(simulatorUrl);
  expect((await ask(simulatorUrl)).env.SIMULATOR_WEBHOOK_URL).toBe(`${here.url}/api/webhooks/whatsapp`);

  api.signal('SIGTERM');
  expect(await api.exit).toBe(0);
  second.signal('SIGTERM');
  await here.expectAllGone(second);
});

it('a process without credentials does not use the simulator where another one uses Meta', async () => {
  const api = await here.start({ ROLE: 'api', WHATSAPP_ACCESS_TOKEN: 'real' });
  expect(api.output).not.toContain('Simulator');
  expect((await ask(here.url)).env.WHATSAPP_API_URL).toBeUndefined();

  const second = here.run(workerRole);
  expect(await second.exit).toBe(1);
  expect(second.output).toContain('sends through Meta: give this process the same WHATSAPP_ settings');
  api.signal('SIGTERM');
  await here.expectAllGone(api);
});
