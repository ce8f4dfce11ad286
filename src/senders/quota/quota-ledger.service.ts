import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import * as queries from './quota-ledger.queries.js';
import {
  type ReachTimes,
  storedOf,
  timesOf,
  withAcceptance,
  withRefund,
  withReservation,
} from './reach-times.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How far to look for the unit that gets free first when the limit has sunk below what is used. */
const MAX_LOOK = 1_000;

export interface QuotaRequest {
  portfolioId: string;
  /** In order of wish. */
  phones: readonly string[];
  /** So many units stay for others. */
  keepFree: number;
  at: Date;
}

export interface QuotaGrant {
  granted: ReadonlySet<string>;
  /** Null: all were granted. */
  nextUnitAt: Date | null;
}

/** What a portfolio has of its people while it is locked. */
interface Book {
  portfolioId: string;
  limit: number | null;
  allowance: number;
  /** People counted later than `since`. */
  people: number;
  since: Date;
}

type TimesChange = (times: ReachTimes) => ReachTimes;

/**
 * Whom a portfolio has reached in the moving 24 hours, which is what Meta's messaging limit counts. A person counts
 * from the reservation on, and for a full day from the acceptance on.
 *
 * Every change locks the portfolio's row, so a transaction that changes several does it in the order of their ids.
 * Unlimited portfolios keep no ledger. What was said twice changes nothing more.
 */
@Injectable()
export class QuotaLedger {
  async reserve(tx: EntityManager, { portfolioId, phones, keepFree, at }: QuotaRequest): Promise<QuotaGrant> {
    const wished = [...new Set(phones)];
    const dayAgo = new Date(at.getTime() - DAY_MS);
    const book = await this.open(tx, portfolioId, dayAgo);
    if (book === undefined) return { granted: new Set(wished), nextUnitAt: null };
    const used = await usedIn(tx, book, dayAgo);
    const capacity = book.limit === null ? Infinity : book.limit - book.allowance - keepFree;

    const known = await reachOf(tx, portfolioId, wished);
    let room = Math.max(0, capacity - used);
    const granted = wished.filter((phone) => {
      if (Math.max(...(known.get(phone) ?? [])) > dayAgo.getTime()) return true;
      return room > 0 && room-- > 0;
    });
    const reserve: TimesChange = (times) => withReservation(times, at.getTime(), dayAgo.getTime());
    await this.change(tx, book, known, new Map(granted.map((phone) => [phone, reserve])));

    if (granted.length === wished.length) return { granted: new Set(granted), nextUnitAt: null };
    // Nobody was refused unless the capacity is used up, or was exceeded before by this much.
    const over = Math.min(Math.max(0, used - capacity), MAX_LOOK);
    const leaving = await queries.nthToLeave(tx, portfolioId, dayAgo, over);
    return { granted: new Set(granted), nextUnitAt: new Date((leaving ?? at).getTime() + DAY_MS) };
  }

  async confirm(
    tx: EntityManager,
    portfolioId: string,
    people: readonly { phone: string; reservedAt: Date; acceptedAt: Date }[],
  ): Promise<void> {
    await this.correct(
      tx,
      portfolioId,
      people.map(({ phone, reservedAt, acceptedAt }) => ({
        phone,
        change: (times) => withAcceptance(times, reservedAt.getTime(), acceptedAt.getTime()),
      })),
    );
  }

  async refund(
    tx: EntityManager,
    portfolioId: string,
    people: readonly { phone: string; countedAt: readonly Date[] }[],
  ): Promise<void> {
    await this.correct(
      tx,
      portfolioId,
      people.map(({ phone, countedAt }) => ({
        phone,
        change: (times) =>
          withRefund(
            times,
            countedAt.map((time) => time.getTime()),
          ),
      })),
    );
  }

  async used(db: EntityManager, portfolioId: string, since: Date): Promise<number> {
    return queries.usedSince(db, portfolioId, since);
  }

  private async correct(
    tx: EntityManager,
    portfolioId: string,
    corrections: readonly { phone: string; change: TimesChange }[],
  ): Promise<void> {
    if (corrections.length === 0) return;
    const book = await this.open(tx, portfolioId);
    if (book === undefined) return;
    const changes = new Map<string, TimesChange>();
    for (const { phone, change } of corrections) {
      const before = changes.get(phone);
      changes.set(phone, before === undefined ? change : (times) => change(before(times)));
    }
    const known = await reachOf(tx, portfolioId, [...changes.keys()]);
    await this.change(tx, book, known, changes);
  }

  /** Undefined: unlimited. What is asked for moves the count forward and never back. */
  private async open(tx: EntityManager, portfolioId: string, from?: Date): Promise<Book | undefined> {
    const locked = await queries.lockLimited(tx, portfolioId);
    if (locked === undefined) return undefined;
    const { messagingLimit: limit, lateDeliveryAllowance: allowance, peopleCounted, countedSince } = locked;
    const since = countedSince ?? from ?? new Date(0);
    let people = peopleCounted;
    if (countedSince === null) people = await queries.countBetween(tx, portfolioId, since, null);
    if (from === undefined || from <= since) return { portfolioId, limit, allowance, people, since };
    people -= await queries.countBetween(tx, portfolioId, since, from);
    return { portfolioId, limit, allowance, people, since: from };
  }

  private async change(
    tx: EntityManager,
    { portfolioId, people, since }: Book,
    known: ReadonlyMap<string, ReachTimes>,
    changes: ReadonlyMap<string, TimesChange>,
  ): Promise<void> {
    const counts = (times: ReachTimes): number => (Math.max(...times) > since.getTime() ? 1 : 0);
    const rows: queries.ReachRow[] = [];
    const gone: string[] = [];
    let counted = people;
    for (const [phone, change] of changes) {
      const before = known.get(phone) ?? [];
      const after = change(before);
      if (after === before) continue;
      counted += counts(after) - counts(before);
      const stored = storedOf(after);
      if (stored === undefined) gone.push(phone);
      else rows.push({ phone, ...stored });
    }
    if (rows.length > 0) await queries.writeReach(tx, portfolioId, rows);
    if (gone.length > 0) await queries.forget(tx, portfolioId, gone);
    await queries.storeCount(tx, portfolioId, { people: counted, since });
  }
}

/** A request whose clock is behind the latest one's looks back further than the count that is kept. */
async function usedIn(tx: EntityManager, book: Book, dayAgo: Date): Promise<number> {
  if (dayAgo >= book.since) return book.people;
  return book.people + (await queries.countBetween(tx, book.portfolioId, dayAgo, book.since));
}

async function reachOf(
  tx: EntityManager,
  portfolioId: string,
  phones: readonly string[],
): Promise<Map<string, ReachTimes>> {
  const rows = await queries.reachAmong(tx, portfolioId, phones);
  return new Map(rows.map(({ phone, ...stored }) => [phone, timesOf(stored)]));
}
