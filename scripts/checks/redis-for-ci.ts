import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../launcher/processes/run-command.ts';

// Debian starts a service as soon as it is installed, unless this file forbids it.
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * The tests of the Redis mode start their own redis-server. On a build machine this installs it. On any other machine
 * installing software is not ours to do, and those tests are skipped.
 */
export async function provideRedis(report: (text: string) => void): Promise<void> {
  if (onPath('redis-server')) return;
  const mayInstall = process.env.CI === 'true' && process.getuid?.() === 0;
  if (mayInstall && (await install())) report('✓ redis-server installed');
  else report('- no redis-server: the tests of the Redis mode are skipped');
}

async function install(): Promise<boolean> {
  const policyIsOurs = !existsSync(POLICY);
  if (policyIsOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const updated = await runCommand(['apt-get', 'update', '-qq'], { env });
    const fetch = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'redis-server'];
    return updated.ok && (await runCommand(fetch, { env })).ok && onPath('redis-server');
  } finally {
    if (policyIsOurs) rmSync(POLICY);
  }
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
