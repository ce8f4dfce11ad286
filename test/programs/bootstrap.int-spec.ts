import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCommand, type CommandResult } from '../../scripts/launcher/processes/run-command.ts';
import { scratchFolder, type ScratchFolder } from './support/scratch-folder.ts';

// Stands in for npm: notes its arguments, fails when a second one runs, and leaves the files that npm leaves.
const FAKE_NPM = `
  import { appendFileSync, cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
  import { setTimeout as pause } from 'node:timers/promises';
  appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
  if (process.env.NPM_BREAKS) { console.error('npm error E418'); process.exit(7); }
  mkdirSync('npm-at-work');
  await pause(300);
  rmSync('node_modules', { recursive: true, force: true });
  mkdirSync('node_modules/.bin', { recursive: true });
  symlinkSync(process.execPath, 'node_modules/.bin/node');
  cpSync('package-lock.json', 'node_modules/.package-lock.json');
  rmSync('npm-at-work', { recursive: true });
`;

let project: ScratchFolder;

beforeEach(() => {
  project = scratchFolder();
  for (const file of ['bootstrap.mjs', 'processes/exclusive.mjs']) {
    cpSync(join('scripts', 'launcher', file), join(project.path, 'scripts', 'launcher', file));
  }
  mkdirSync(join(project.path, 'npm'));
  writeFileSync(join(project.path, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project.path, 'npm', 'npm-cli.js'), FAKE_NPM);
  askFor({ left: '1.0.0' });
});

afterEach(() => {
  project[Symbol.dispose]();
});

function askFor(versions: Record<string, string>, file = 'package-lock.json'): void {
  const packages = Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }]);
  const lock = { packages: { '': {}, ...(Object.fromEntries(packages) as object) } };
  writeFileSync(join(project.path, file), JSON.stringify(lock));
}

const bootstrap = (env: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
  runCommand([process.execPath, join(project.path, 'scripts', 'launcher', 'bootstrap.mjs')], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      npm_execpath: join(project.path, 'npm', 'npm-cli.js'),
      ...env,
    },
  });

const npmCalls = (): string[] => readFileSync(join(project.path, 'npm-calls'), 'utf8').trim().split('\n');

it('installs once, with development tools, and is silent from then on', async () => {
  const first = await bootstrap({ NODE_ENV: 'production' });
  expect(first).toMatchObject({
    ok: true,
    output: expect.stringMatching(/^Installing .*\nInstalled in .*\n$/),
  });
  expect(npmCalls()).toEqual(['ci --include=dev --no-audit --no-fund']);

  expect(await bootstrap()).toEqual({ ok: true, output: '' });
  expect(npmCalls()).toHaveLength(1);
});

it.each([
  ['another version', { left: '1.0.1' }],
  ['one more package', { left: '1.0.0', right: '1.0.0' }],
  ['one package less', {}],
])('installs again when the lock file asks for %s', async (_, versions) => {
  await bootstrap();
  askFor(versions);
  expect(await bootstrap()).toMatchObject({ ok: true });
  expect(npmCalls()).toHaveLength(2);
});

it('accepts a missing optional package of another platform', async () => {
  await bootstrap();
  const optional = { version: '1.0.0', optional: true };
  const packages = { '': {}, 'node_modules/left': { version: '1.0.0' }, 'node_modules/mac': optional };
  writeFileSync(join(project.path, 'package-lock.json'), JSON.stringify({ packages }));
  await bootstrap();
  expect(npmCalls()).toHaveLength(1);
});

it('installs once when two start at the same instant', async () => {
  const both = await Promise.all([bootstrap(), bootstrap()]);
  expect(both.map(({ ok }) => ok)).toEqual([true, true]);
  expect(npmCalls()).toHaveLength(1);
});

it('prints the output of a failing npm, and fails too', async () => {
  const failed = await bootstrap({ NPM_BREAKS: 'yes' });
  expect(failed).toMatchObject({
    ok: false,
    output: expect.stringContaining('npm error E418\nnpm ci failed'),
  });
});

it('names the Node version it needs when the running one is too old', async () => {
  const pretend = join(project.path, 'old.mjs');
  writeFileSync(pretend, `Object.defineProperty(process.versions, 'node', { value: '20.18.3' });`);
  const refused = await bootstrap({ NODE_OPTIONS: `--import=${pretend}` });
  expect(refused).toMatchObject({
    ok: false,
    output: expect.stringMatching(/^Drumbeat needs Node 20\.19 or newer; this is Node 20\.18\.3 .*\n$/),
  });
});
