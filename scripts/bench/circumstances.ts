import { cpus, loadavg, totalmem } from 'node:os';
import type pg from 'pg';
import { runCommand } from '../launcher/processes/run-command.ts';

const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
  'work_mem',
  'maintenance_work_mem',
  'max_wal_size',
  'wal_compression',
];

/** A figure means nothing without this. */
export function machine(): Record<string, unknown> {
  const processors = cpus();
  return {
    cores: processors.length,
    cpu: processors[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
}

export async function database(client: pg.ClientBase): Promise<Record<string, unknown>> {
  const { rows } = await client.query<{ version: string; settings: Record<string, string> }>(
    `SELECT current_setting('server_version') AS version,
            jsonb_object_agg(name, current_setting(name)) AS settings FROM unnest($1::text[]) AS name`,
    [SETTINGS],
  );
  return { postgres: rows[0]?.version, settings: rows[0]?.settings };
}

/** The machine's other load: runnable processes over one, five and fifteen minutes. */
export const load = (): number[] => loadavg().map((value) => Math.round(value * 100) / 100);

/** With a `+` if the files differ from the commit. */
export async function commit(root: string): Promise<string | null> {
  const head = await runCommand(['git', 'rev-parse', '--short=10', 'HEAD'], { cwd: root });
  if (!head.ok) return null;
  const changes = await runCommand(['git', 'status', '--porcelain', '--', 'src', 'migrations', 'simulator'], {
    cwd: root,
  });
  return `${head.output.trim()}${changes.output.trim() === '' ? '' : '+'}`;
}
