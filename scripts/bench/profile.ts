import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const PROFILES = join(import.meta.dirname, '..', '..', '.data', 'profiles');

export function profileFile(name: string, ending: string): string {
  mkdirSync(PROFILES, { recursive: true });
  return join(PROFILES, `${name}-${process.pid}.${ending}`);
}

/** Node flags that write a CPU profile when the process ends. */
export function profilingFlags(name: string): string[] {
  const file = profileFile(name, 'cpuprofile');
  return ['--cpu-prof', `--cpu-prof-dir=${dirname(file)}`, `--cpu-prof-name=${basename(file)}`];
}
