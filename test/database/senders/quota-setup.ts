import { afterAll, beforeAll } from '@jest/globals';
import type { DataSource, EntityManager } from 'typeorm';
import { Clock } from '../../../src/platform/clock/clock.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { execute, firstOf, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import { type QuotaGrant, QuotaLedger } from '../../../src/senders/quota/quota-ledger.service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { newShop } from '../../support/segment-customers.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.parse('2025-06-01T09:00:00Z');

export class SetClock extends Clock {
  constructor(public ms = START) {
    super();
  }

  override now(): Date {
    return new Date(this.ms);
  }
}

export interface Limits {
  limit?: number | null;
  allowance?: number;
  unlimited?: boolean;
}

/** A database for this file, with the portfolios and senders that a test asks for. */
export class QuotaSetup {
  readonly ledger = new QuotaLedger();
  readonly clock = new SetClock();
  private own: TestDatabase | undefined;
  private source: DataSource | undefined;
  private opened: Database | undefined;

  static forThisFile(): QuotaSetup {
    const setup = new QuotaSetup();
    beforeAll(async () => {
      setup.own = await createTestDatabase();
      setup.source = await createDataSource({ url: setup.own.url }).initialize();
      setup.opened = new Database(setup.source);
    });
    afterAll(async () => {
      await setup.source?.destroy();
      await setup.own?.drop();
    });
    return setup;
  }

  get database(): Database {
    if (this.opened === undefined) throw new Error('not started');
    return this.opened;
  }

  get db(): EntityManager {
    return this.database.manager;
  }

  async portfolio(limits: Limits = {}, shop?: string): Promise<string> {
    const id = uuidV7();
    const owner = shop ?? (await newShop(this.db));
    const then = new Date(START);
    await execute(
      this.db,
      sql`INSERT INTO portfolios (id, organization_id, meta_business_id, created_at, updated_at)
          VALUES (${id}, ${owner}, ${id}, ${then}, ${then})`,
    );
    await this.setLimits(id, limits);
    return id;
  }

  async setLimits(
    id: string,
    { limit = null, allowance = 0, unlimited = false }: Limits,
    db = this.db,
  ): Promise<void> {
    await execute(
      db,
      sql`UPDATE portfolios SET messaging_limit = ${limit}, is_unlimited = ${unlimited},
                 late_delivery_allowance = ${allowance} WHERE id = ${id}`,
    );
  }

  reserve(portfolioId: string, phones: string[], atMs: number, keepFree = 0): Promise<QuotaGrant> {
    return this.database.transaction((tx) =>
      this.ledger.reserve(tx, { portfolioId, phones, keepFree, at: new Date(atMs) }),
    );
  }

  async granted(portfolioId: string, phones: string[], atMs: number, keepFree = 0): Promise<string[]> {
    return [...(await this.reserve(portfolioId, phones, atMs, keepFree)).granted];
  }

  confirm(portfolioId: string, phone: string, reservedMs: number, acceptedMs: number): Promise<void> {
    const person = { phone, reservedAt: new Date(reservedMs), acceptedAt: new Date(acceptedMs) };
    return this.database.transaction((tx) => this.ledger.confirm(tx, portfolioId, [person]));
  }

  refund(portfolioId: string, phone: string, ...times: number[]): Promise<void> {
    const person = { phone, countedAt: times.map((time) => new Date(time)) };
    return this.database.transaction((tx) => this.ledger.refund(tx, portfolioId, [person]));
  }

  used(portfolioId: string, sinceMs: number): Promise<number> {
    return this.ledger.used(this.db, portfolioId, new Date(sinceMs));
  }

  /** Every person with all their times, latest first, as stored. */
  async reach(portfolioId: string): Promise<Record<string, number[]>> {
    const rows = await rowsOf<{ phone: string; times: Date[] }>(
      this.db,
      sql`SELECT phone_number AS phone, counted_at || earlier AS times FROM portfolio_reach
           WHERE portfolio_id = ${portfolioId} ORDER BY phone_number`,
    );
    return Object.fromEntries(rows.map(({ phone, times }) => [phone, times.map((time) => time.getTime())]));
  }

  /** The count stored on the portfolio, and the actual number of rows. */
  async counts(portfolioId: string): Promise<{ kept: number; counted: number }> {
    const row = await firstOf<{ kept: number; counted: number }>(
      this.db,
      sql`SELECT people_counted AS kept,
                 (SELECT count(*)::int FROM portfolio_reach WHERE portfolio_id = p.id AND counted_at > p.counted_since)
                   AS counted
            FROM portfolios p WHERE id = ${portfolioId}`,
    );
    if (row === undefined) throw new Error('no such portfolio');
    return row;
  }

  async sender(
    shop: string,
    more: { perSecond?: number; account?: string | null; token?: string; portfolioId?: string } = {},
  ): Promise<string> {
    const id = uuidV7();
    const { perSecond = 80, account = null, token = 'sealed', portfolioId = null } = more;
    const then = new Date(START);
    await execute(
      this.db,
      sql`INSERT INTO senders (id, organization_id, portfolio_id, name, phone_number_id, business_account_id,
                               access_token_encrypted, throughput_per_second, verified_at, created_at, updated_at)
          VALUES (${id}, ${shop}, ${portfolioId}, 'Shop', ${id}, ${account}, ${token}, ${perSecond}, ${then}, ${then}, ${then})`,
    );
    return id;
  }
}

export function people(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `+4915${String(100_000_000 + from + index)}`);
}
