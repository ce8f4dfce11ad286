import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { provideRedis } from './redis-for-ci.ts';
import { runChecks, type Check } from './run-checks.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const tool = (path: string): string[] => [process.execPath, join(ROOT, 'node_modules', path)];
const report = (text: string): void => {
  console.log(text);
};

// More failures than this are a broken change, not a busy machine.
const MOST_SUITES_TO_RUN_AGAIN = 5;

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
      'test',
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

interface JestReport {
  testResults: { name: string; status: string }[];
}

async function jest(args: readonly string[]): Promise<boolean> {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const command = [...flags, join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), ...args];
  const [code] = (await once(spawn(process.execPath, command, { stdio: 'inherit' }), 'close')) as [number];
  return code === 0;
}

/**
 * On a build machine a few failed suites run once more, one after the other. A suite that passes only then depends on
 * how busy the machine is: the run names it, because it is a defect to mend, but does not fail for it. At a desk the
 * first failure counts.
 */
async function jestWithSecondRun(args: readonly string[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'drumbeat-jest-'));
  const outputFile = join(folder, 'report.json');
  try {
    if (await jest([...args, '--json', `--outputFile=${outputFile}`])) return true;
    if (process.env.CI !== 'true' || !existsSync(outputFile)) return false;
    const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8')) as JestReport;
    const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
    if (failed.length === 0 || failed.length > MOST_SUITES_TO_RUN_AGAIN) return false;
    report(`jest, second run of ${failed.length} failed`);
    if (!(await jest(['--maxWorkers=1', '--runTestsByPath', ...failed]))) return false;
    report(
      `Unsteady, passed only in the second run: ${failed.map((name) => relative(ROOT, name)).join(', ')}`,
    );
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
const passed = await jestWithSecondRun(process.argv.slice(2));
const parts = [...checks, { name: 'jest', seconds: secondsSince(jestBegun) }];
report(`Took\n${durations(parts, secondsSince(begun))}`);
const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
if (failed.length > 0) report(`Failed before jest: ${failed.join(', ')}`);
process.exitCode = passed && failed.length === 0 ? 0 : 1;
