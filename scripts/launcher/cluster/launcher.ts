import { spawnSync } from 'node:child_process';

/** How to start a PostgreSQL program, and which user then owns the files. */
export interface Launcher {
  prefix: readonly string[];
  owner: number;
}

export const NOBODY = 65534;

// PostgreSQL refuses to run with user id 0. In a user namespace it sees another id while the files stay root's. That
// works anywhere, including below a home directory that only root may enter.
const USER_NAMESPACE: Launcher = {
  prefix: ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'],
  owner: 0,
};

// Containers usually forbid user namespaces. There PostgreSQL runs as the user nobody and keeps the one capability it
// needs to reach programs and data wherever they are. Without no_setuid_fixup access(2) would ignore that capability,
// and initdb would not find the server program.
const NOBODY_WITH_FILE_ACCESS: Launcher = {
  prefix: [
    'setpriv',
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--',
  ],
  owner: NOBODY,
};

export function chooseLauncher(postgres: string): Launcher {
  const user = process.getuid?.() ?? 0;
  if (user !== 0) return { prefix: [], owner: user };
  const launcher = [USER_NAMESPACE, NOBODY_WITH_FILE_ACCESS].find(({ prefix: [program = '', ...args] }) => {
    const probe = spawnSync(program, [...args, postgres, '--version'], { stdio: 'ignore' });
    return probe.status === 0;
  });
  if (launcher) return launcher;
  throw new Error(
    'PostgreSQL does not run as root, and neither unshare nor setpriv may change the user here: ' +
      'start as an ordinary user, or set DATABASE_URL.',
  );
}
