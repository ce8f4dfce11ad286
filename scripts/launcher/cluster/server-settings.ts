/** For a machine with 2 cores and several GB that also runs the application. */
const EMBEDDED_SERVER: Readonly<Record<string, string>> = {
  // Reachable only from this machine and only over TCP: no socket file whose directory could be missing.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Every queue and worker of every process keeps a pool. An idle connection is cheap, a refused one is not.
  max_connections: '200',
  // The hot tables of a million-recipient campaign fit. The rest is left to the system's file cache.
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  // Sorts and hashes of a bulk load or a segment stay in memory. Index builds of an import take one pass.
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  // A bulk load writes WAL by the gigabyte. With the default of 1 GB and 5 minutes it would checkpoint all the way
  // through and log full pages over and over. Compression pays off on those pages.
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  // Flash or memory answers a random read nearly as fast as the next page.
  random_page_cost: '1.1',
  // Compiling a plan costs more than any of our short statements.
  jit: 'off',
  // Recipients change five times within a minute: dead rows must be reused, not added to.
  autovacuum_naptime: '15s',
  // Business time zones belong to the application; the server stays on one clock.
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Failed statements and their details contain phone numbers, which must not reach a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // Otherwise the log of an idle installation grows forever.
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

/** Quoted for `pg_ctl -o`, which hands the text to a shell. */
export function asCommandLine(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c '${`${name}=${value}`.replaceAll("'", String.raw`'\''`)}'`)
    .join(' ');
}
