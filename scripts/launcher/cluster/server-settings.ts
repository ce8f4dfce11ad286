/** For a machine of 2 cores and several GB that also runs the application. */
const EMBEDDED_SERVER: Readonly<Record<string, string>> = {
  // Reachable from this machine only, and only over TCP: no socket file whose directory could be missing.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Every queue and worker of every process keeps a pool; an idle connection is cheap, a refused one is not.
  max_connections: '200',
  // The hot tables of a million-recipient campaign fit; the rest is left to the system's file cache.
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  // Sorts and hashes of a bulk load or a segment stay in memory; index builds of an import go in one pass.
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  // A bulk load writes WAL by the gigabyte. With the default of 1 GB and 5 minutes it would checkpoint all the
  // way through and log full pages over and over; compression pays for itself on those pages.
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  // Flash or memory answers a random read nearly as fast as the next page.
  random_page_cost: '1.1',
  // Compiling a plan costs more than any of our short statements takes.
  jit: 'off',
  // Recipients change five times within a minute: what that leaves behind is to be used again, not added to.
  autovacuum_naptime: '15s',
  // Business time zones are the application's; two clocks would be one too many.
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Failed statements and their details carry phone numbers, which must not reach a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // Otherwise the log of an idle installation grows for ever.
  log_checkpoints: 'off',
};

/** A power cut may cost the whole database: for tests, whose databases live for seconds. */
const NOT_DURABLE: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
};

export function serverSettings(
  durable: boolean,
  overrides: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...EMBEDDED_SERVER, ...(durable ? {} : NOT_DURABLE), ...overrides };
}

/** As `pg_ctl -o` wants them: it hands the text to a shell. */
export function asCommandLine(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c '${`${name}=${value}`.replaceAll("'", String.raw`'\''`)}'`)
    .join(' ');
}
