import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { currentRequest } from '../request-context.js';

const DEADLOCK = '40P01';
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
   * Runs `work` in one transaction, and once more from the beginning when PostgreSQL chose it as the victim of
   * a deadlock: `work` must therefore touch nothing but the database it is given.
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

function isRetryable(error: unknown): boolean {
  const code = sqlState(error);
  return code === DEADLOCK || code === SERIALIZATION_FAILURE;
}

/** PostgreSQL's five-letter code of an error, wherever the driver put it. */
export function sqlState(error: unknown): string | undefined {
  const source = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  if (typeof source !== 'object' || source === null || !('code' in source)) return undefined;
  return typeof source.code === 'string' ? source.code : undefined;
}

/** The database cannot be reached or is just starting or stopping: worth another try, and not our bug. */
export function isOutage(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== undefined) {
    return (
      /^(08|57P0|53)/.test(code) ||
      ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT'].includes(code)
    );
  }
  return (
    error instanceof Error &&
    /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i.test(
      error.message,
    )
  );
}
