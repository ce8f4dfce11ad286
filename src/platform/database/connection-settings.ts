import { Socket } from 'node:net';
import type pg from 'pg';
import { SteadyClient } from './steady-client.js';

/** How long a connection works, waits and stays silent before it is given up. */
export interface Patience {
  /** One statement, in milliseconds. */
  statementMs: number;
  /** Waiting for a row or an advisory lock. */
  lockMs: number;
  /** A transaction that asks nothing: its process is stuck, or its host is gone. */
  idleInTransactionMs: number;
  /** Our end closes a socket that says nothing for so long; null: silence is normal here. */
  silentMs: number | null;
}

/** The longest statement of the product plans or fills a campaign of a million people: a minute on a slow disk. */
export const PATIENCE: Patience = {
  statementMs: 10 * 60_000,
  lockMs: 30_000,
  idleInTransactionMs: 30_000,
  // The server gives up first, and says why.
  silentMs: 10 * 60_000 + 15_000,
};
/** Short statements on connections that may wait for news, or keep a session's lock, for as long as it takes. */
export const PATIENCE_OF_LISTENERS: Patience = {
  statementMs: 60_000,
  lockMs: 30_000,
  idleInTransactionMs: 30_000,
  silentMs: null,
};

const KEEP_ALIVE_MS = 10_000;

/**
 * PostgreSQL notices within half a minute that a host is gone, and releases its locks; by default that takes two
 * hours. This end notices as well: Node cannot limit how long TCP resends, so a silent socket is closed.
 */
export function connectionSettings(
  patience: Patience,
  searchPath?: string,
): Pick<pg.PoolConfig, 'keepAlive' | 'keepAliveInitialDelayMillis' | 'options' | 'stream' | 'Client'> {
  const settings = {
    statement_timeout: patience.statementMs,
    lock_timeout: patience.lockMs,
    idle_in_transaction_session_timeout: patience.idleInTransactionMs,
    tcp_keepalives_idle: KEEP_ALIVE_MS / 1_000,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
    ...(searchPath === undefined ? {} : { search_path: searchPath }),
  };
  const { silentMs } = patience;
  return {
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    ...(silentMs === null ? {} : { stream: () => socketFor(silentMs) }),
    Client: SteadyClient,
  };
}

function socketFor(silentMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silentMs, () => {
    socket.destroy(new Error('Connection terminated: the database has been silent for too long'));
  });
}
