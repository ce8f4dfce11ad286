import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runChecks, type Check } from '../../scripts/checks/run-checks.ts';
import { runCommand } from '../../scripts/launcher/processes/run-command.ts';
import { scratchFolder, type ScratchFolder } from './support/scratch-folder.ts';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

let scratch: ScratchFolder;

beforeEach(() => {
  scratch = scratchFolder();
});

afterEach(() => {
  scratch[Symbol.dispose]();
});

const check = (name: string, script: string): Check => ({
  name,
  command: [process.execPath, '--eval', script],
});

describe('the static checks', () => {
  it('all run, are reported in order, and show their output only when they fail', async () => {
    // The first waits for the third: a pool of two gets there only if it continues past the failing second.
    const flag = JSON.stringify(join(scratch.path, 'third-was-here'));
    const waiting = `const t = setInterval(() => { if (require('fs').existsSync(${flag})) clearInterval(t); }, 5);`;
    const reports: string[] = [];
    const results = await runChecks(
      [
        check('first', `console.log('quiet'); ${waiting}`),
        check('second', `console.error('found something'); process.exitCode = 1;`),
        check('third', `require('fs').writeFileSync(${flag}, '');`),
        { name: 'fourth', command: ['no-such-program'] },
      ],
      (text) => reports.push(text),
    );

    expect(results.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['second', 'fourth']);
    expect(reports).toEqual([
      expect.stringMatching(/^✓ first \(\d+\.\d s\)$/),
      expect.stringMatching(/^✗ second \(\d+\.\d s\)\nfound something\n$/),
      expect.stringMatching(/^✓ third/),
      expect.stringMatching(/^✗ fourth .*\nno-such-program: spawn no-such-program E/),
    ]);
  });
});

describe('redis-server for the tests', () => {
  /** In a process of its own: PATH holds nothing but a fake apt-get. */
  async function provide(env: NodeJS.ProcessEnv, aptGet = ''): Promise<{ output: string; apt: string }> {
    const bin = join(scratch.path, 'bin');
    const log = join(scratch.path, 'apt-get.log');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'apt-get'),
      `#!/bin/sh\necho "$*, services: $(/bin/sh /usr/sbin/policy-rc.d; echo $?)" >> ${log}\n${aptGet}\n`,
    );
    chmodSync(join(bin, 'apt-get'), 0o755);
    const module = join(process.cwd(), 'scripts', 'checks', 'redis-for-ci.ts');
    const script = `const { provideRedis } = await import(${JSON.stringify(module)}); await provideRedis(console.log);`;
    const { output } = await runCommand([process.execPath, '--input-type=module', '--eval', script], {
      env: { PATH: bin, ...env },
    });
    return { output, apt: existsSync(log) ? readFileSync(log, 'utf8') : '' };
  }

  const installed = (): string =>
    `case "$1" in install) echo > ${join(scratch.path, 'bin', 'redis-server')};; esac`;

  it('is not installed on a developer’s machine', async () => {
    expect(await provide({}, installed())).toEqual({
      output: '- no redis-server: the tests of the Redis mode are skipped\n',
      apt: '',
    });
  });

  asRoot('is installed on a build machine, without being started as a service', async () => {
    const before = existsSync('/usr/sbin/policy-rc.d');
    const { output, apt } = await provide({ CI: 'true' }, installed());
    expect(output).toBe('✓ redis-server installed\n');
    expect(apt.split('\n')).toEqual([
      'update -qq, services: 101',
      'install -y -qq --no-install-recommends redis-server, services: 101',
      '',
    ]);
    expect(existsSync('/usr/sbin/policy-rc.d')).toBe(before);
  });

  asRoot('is skipped when it cannot be installed', async () => {
    const { output } = await provide({ CI: 'true' }, 'exit 100');
    expect(output).toBe('- no redis-server: the tests of the Redis mode are skipped\n');
  });
});
