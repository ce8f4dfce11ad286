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
/** How far to search for the first unit that becomes free when the limit has dropped below what is used. */
const MAX_LOOK = 1_000;

export interface QuotaRequest {
  portfolioId: string;
  /** In order of preference. */
  phones: readonly string[];
  /** How many units to leave for others. */
  keepFree: number;
  /** Campaigns leave the reserve of the portfolio free; messages outside campaigns take from it. */
  use?: 'campaign' | 'direct';
  at: Date;
}

export interface QuotaGrant {
  granted: ReadonlySet<string>;
  /** Null: all were granted. */
  nextUnitAt: Date | null;
}

export interface QuotaState {
  limit: number | null;
  usedLast24h: number;
  reserve: number;
}

/** The count of a portfolio while it is locked. */
interface Book {
  portfolioId: string;
  limit: number | null;
  allowance: number;
  reserve: number;
  /** People counted after `since`. */
  people: number;
  since: Date;
}

type TimesChange = (times: ReachTimes) => ReachTimes;

/**
 * The people a portfolio has reached in the moving 24 hours, which is what Meta's messaging limit counts. A person
 * counts from the reservation, and then for a full day from the acceptance.
 *
 * Every change locks the portfolio's row, so a transaction that changes several does so in the order of their ids.
 * Unlimited portfolios keep no ledger. Repeating a confirmation or refund has no further effect.
 */
@Injectable()
export class QuotaLedger {
  async reserve(
    tx: EntityManager,
    { portfolioId, phones, keepFree, use, at }: QuotaRequest,
  ): Promise<QuotaGrant> {
    const wished = [...new Set(phones)];
    const dayAgo = new Date(at.getTime() - DAY_MS);
    const book = await this.open(tx, portfolioId, dayAgo);
    if (book === undefined) return { granted: new Set(wished), nextUnitAt: null };
    const used = await usedIn(tx, book, dayAgo);
    const reserved = use === 'campaign' ? await reserveLeft(tx, book, dayAgo) : 0;
    const capacity = book.limit === null ? Infinity : book.limit - book.allowance - reserved - keepFree;

    const known = await reachOf(tx, portfolioId, wished);
    let room = Math.max(0, capacity - used);
    const isCounted = (phone: string): boolean => Math.max(...(known.get(phone) ?? [])) > dayAgo.getTime();
    const granted = wished.filter((phone) => isCounted(phone) || (room > 0 && room-- > 0));
    const reserve: TimesChange = (times) => withReservation(times, at.getTime(), dayAgo.getTime());
    await this.change(tx, book, known, new Map(granted.map((phone) => [phone, reserve])));
    if (use === 'campaign') await queries.noteDirect(tx, portfolioId, granted, false);
    if (use === 'direct') {
      const added = granted.filter((phone) => !isCounted(phone));
      await queries.noteDirect(tx, portfolioId, added, true);
    }

    if (granted.length === wished.length) return { granted: new Set(granted), nextUnitAt: null };
    // A refusal means that the capacity is used up, or was already exceeded by this much.
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

  /** What the limit of a portfolio is, and how much of it is used now. Null: the limit is unknown, or there is none. */
  async state(db: EntityManager, portfolioId: string, now: Date): Promise<QuotaState> {
    const limits = await queries.limitsOf(db, portfolioId);
    const usedLast24h = await queries.usedSince(db, portfolioId, new Date(now.getTime() - DAY_MS));
    return { limit: limits?.messagingLimit ?? null, usedLast24h, reserve: limits?.directReserve ?? 0 };
  }

  async used(db: EntityManager, portfolioId: string, since: Date): Promise<number> {
    return queries.usedSince(db, portfolioId, since);
  }

  /** What is used of the limit without its reserve: messages outside campaigns fill the reserve first. */
  async usedBesideReserve(db: EntityManager, portfolioId: string, since: Date): Promise<number> {
    const used = await queries.usedSince(db, portfolioId, since);
    return used - (await queries.reserveUsed(db, portfolioId, since));
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

  /** Undefined: unlimited. `from` moves the count forward and never back. */
  private async open(tx: EntityManager, portfolioId: string, from?: Date): Promise<Book | undefined> {
    const locked = await queries.lockLimited(tx, portfolioId);
    if (locked === undefined) return undefined;
    const { messagingLimit: limit, lateDeliveryAllowance: allowance, directReserve: reserve } = locked;
    const { peopleCounted, countedSince } = locked;
    const since = countedSince ?? from ?? new Date(0);
    let people = peopleCounted;
    if (countedSince === null) people = await queries.countBetween(tx, portfolioId, since, null);
    if (from === undefined || from <= since) return { portfolioId, limit, allowance, reserve, people, since };
    people -= await queries.countBetween(tx, portfolioId, since, from);
    return { portfolioId, limit, allowance, reserve, people, since: from };
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

/** What messages outside campaigns may still take of their reserve. */
async function reserveLeft(tx: EntityManager, { portfolioId, reserve }: Book, dayAgo: Date): Promise<number> {
  return reserve === 0 ? 0 : reserve - (await queries.reserveUsed(tx, portfolioId, dayAgo));
}

/** A request whose clock is behind the latest one looks back further than the stored count. */
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
