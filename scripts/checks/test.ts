import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { provideRedis } from './redis-for-ci.ts';
import { runChecks, type Check } from './run-checks.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const tool = (path: string): string[] => [process.execPath, join(ROOT, 'node_modules', path)];
const report = (text: string): void => {
  console.log(text);
};

const CHECKS: Check[] = [
  { name: 'prettier', command: [...tool('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  { name: 'eslint', command: [...tool('eslint/bin/eslint.js'), '.'] },
  { name: 'tsc', command: [...tool('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
  {
    name: 'dependency-cruiser',
    command: [
      ...tool('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      'src',
      'simulator',
      'migrations',
      'scripts',
      'console',
    ],
  },
  {
    name: 'tsc console',
    command: [...tool('typescript/bin/tsc'), '-p', 'console/tsconfig.json'],
  },
  { name: 'console styles', command: [process.execPath, 'scripts/checks/console-css.ts'] },
  { name: 'console budget', command: [process.execPath, 'scripts/checks/console-budget.ts'] },
  { name: 'words', command: [process.execPath, 'scripts/checks/words.ts'] },
  { name: 'nest build', command: [process.execPath, 'scripts/checks/nest-build.ts'] },
  ...whenThere('scripts/checks/openapi.ts', {
    name: 'openapi.yaml is up to date',
    command: [process.execPath, 'scripts/checks/openapi.ts', '--check'],
  }),
  ...whenThere('openapi.yaml', {
    name: 'redocly',
    command: [...tool('@redocly/cli/bin/cli.js'), 'lint', 'openapi.yaml'],
    env: { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  }),
];

function whenThere(file: string, check: Check): Check[] {
  return existsSync(join(ROOT, file)) ? [check] : [];
}

async function jest(args: readonly string[]): Promise<boolean> {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const command = [...flags, join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), ...args];
  const [code] = (await once(spawn(process.execPath, command, { stdio: 'inherit' }), 'close')) as [number];
  return code === 0;
}

/** How long each part took, the slowest part being what to look at first. */
function durations(parts: readonly { name: string; seconds: number }[], totalSeconds: number): string {
  const rows = [...parts, { name: 'everything', seconds: totalSeconds }];
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, seconds }) => `  ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s`)
    .join('\n');
}

process.chdir(ROOT);
const begun = performance.now();
const secondsSince = (since: number): number => (performance.now() - since) / 1000;
// The types of the console's client: what checks the console needs them.
await import('./console-client.ts');
const checks = await runChecks(CHECKS, report);
await provideRedis(report);
report('jest');
const jestBegun = performance.now();
const passed = await jest(process.argv.slice(2));
const parts = [...checks, { name: 'jest', seconds: secondsSince(jestBegun) }];
report(`Took\n${durations(parts, secondsSince(begun))}`);
const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
if (failed.length > 0) report(`Failed before jest: ${failed.join(', ')}`);
process.exitCode = passed && failed.length === 0 ? 0 : 1;
