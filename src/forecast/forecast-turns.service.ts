import { Injectable } from '@nestjs/common';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { Database, sqlState } from '../platform/database/database.js';
import { DomainError } from '../rules/errors/domain-error.js';
import * as queries from './people.queries.js';

const STATEMENT_TIMED_OUT = '57014';
/** For all statements of a forecast together. */
const LONGEST_MS = 10_000;
/** Of a process. Each holds a connection of the pool, and sorts everybody that the campaign goes to. */
const AT_ONCE = 4;
/** So that one organization with large campaigns does not keep the others from foretelling theirs. */
const AT_ONCE_EACH = 2;
const RETRY_SECONDS = 5;

/** Reads for forecasts: a few at a time, each in one consistent state, and none of them for long. */
@Injectable()
export class ForecastTurns {
  /** The organization of each forecast that is being made. */
  private readonly running: string[] = [];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In a transaction that can change nothing. */
  async read<T>(
    organizationId: string,
    work: (tx: EntityManager, now: Date) => Promise<T>,
    withinMs = LONGEST_MS,
  ): Promise<T> {
    this.admit(organizationId);
    try {
      // Not Database.transaction: nothing is written that a repeated request's response would depend on.
      return await this.database.dataSource.transaction('REPEATABLE READ', async (tx) => {
        const end = performance.now() + withinMs;
        await queries.onlyRead(tx, withinMs);
        return work(endingAt(tx, end), this.clock.now());
      });
    } catch (error) {
      throw sqlState(error) === STATEMENT_TIMED_OUT ? tooSlow(error) : error;
    } finally {
      this.running.splice(this.running.indexOf(organizationId), 1);
    }
  }

  private admit(organizationId: string): void {
    const own = this.running.filter((id) => id === organizationId).length;
    if (own >= AT_ONCE_EACH || this.running.length >= AT_ONCE) {
      const who = own >= AT_ONCE_EACH ? `${own} forecasts of your organization` : `${AT_ONCE} forecasts`;
      const detail = `${who} are already being made. Retry when one of them is done.`;
      throw new DomainError('rate', 'forecast_busy', detail, { retryAfterSeconds: RETRY_SECONDS });
    }
    this.running.push(organizationId);
  }
}

/** The same transaction, whose every statement gets the time that is left. */
function endingAt(tx: EntityManager, end: number): EntityManager {
  const query = async <T extends ObjectLiteral>(text: string, parameters?: unknown[]): Promise<T> => {
    const leftMs = Math.ceil(end - performance.now());
    if (leftMs <= 0) throw tooSlow();
    await queries.limitStatements(tx, leftMs);
    return tx.query<T>(text, parameters);
  };
  return Object.create(tx, { query: { value: query } }) as EntityManager;
}

function tooSlow(cause?: unknown): DomainError {
  const detail =
    `Foretelling this campaign took longer than ${LONGEST_MS / 1_000} seconds. Try again at a quieter time, or ` +
    'narrow its segment.';
  return new DomainError('rule', 'forecast_too_slow', detail, { cause });
}
