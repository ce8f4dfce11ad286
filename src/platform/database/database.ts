import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { currentRequest } from '../request-context.js';

export const UNIQUE_VIOLATION = '23505';
export const FOREIGN_KEY_VIOLATION = '23503';
export const DEADLOCK = '40P01';
const SERIALIZATION_FAILURE = '40001';
const ATTEMPTS = 4;

/** The database as services see it: a manager for single statements, and transactions that survive a deadlock. */
@Injectable()
export class Database {
  constructor(readonly dataSource: DataSource) {}

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /**
   * Runs `work` in one transaction, and again from the beginning when PostgreSQL picks it as the victim of a
   * deadlock: `work` must touch nothing but the database it is given.
   */
  async transaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const context = currentRequest();
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.dataSource.transaction(async (tx) => {
          const value = await work(tx);
          await context?.beforeCommit?.(tx);
          return value;
        });
        if (context !== undefined) context.committed = true;
        return result;
      } catch (error) {
        if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
        await delay(10 * attempt + Math.random() * 20);
      }
    }
  }
}

/** PostgreSQL ended the transaction for the sake of others: the same may well succeed a moment later. */
export function isRetryable(error: unknown): boolean {
  const code = sqlState(error);
  return code === DEADLOCK || code === SERIALIZATION_FAILURE;
}

/** PostgreSQL's five-letter code of an error, wherever the driver put it. */
export function sqlState(error: unknown): string | undefined {
  const source = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  if (typeof source !== 'object' || source === null || !('code' in source)) return undefined;
  return typeof source.code === 'string' ? source.code : undefined;
}

/**
 * 08 connection, 53 resources, 57P0 shutting down or starting, XX internal, 25006 read-only (a failover leaves the old
 * primary behind), 25P03 a transaction that idled, 57014 and 55P03 a statement or lock that waited too long.
 */
const OUTAGE_STATES = /^(08|53|57P0|XX|25006$|25P03$|57014$|55P03$)/;
const OUTAGE_SOCKETS = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
const OUTAGE_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|query read timeout/i;

/** The database cannot be reached, or cannot work right now: worth a retry, and not a bug. */
export function isOutage(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== undefined) return OUTAGE_STATES.test(code) || OUTAGE_SOCKETS.has(code);
  // TypeORM releases a runner whose connection ends between two statements of a transaction.
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  return error instanceof Error && OUTAGE_MESSAGES.test(error.message);
}

/**
 * The data itself is at fault, so a retry would fail again: a bad value, a broken constraint, too much for an index, a
 * statement the schema does not know, or an error of our own that never reached the database.
 */
export function isDataError(error: unknown): boolean {
  if (isOutage(error)) return false;
  const code = sqlState(error);
  return code === undefined || /^(22|23|42|54|P0)/.test(code);
}
