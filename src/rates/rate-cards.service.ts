import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { DomainError, notFound } from '../rules/errors/domain-error.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import { isCurrency } from '../rules/money/currency.js';
import { parsePrice } from './fraction.js';
import { knownMarket, marketOfCountry } from './markets.js';
import {
  cardOn,
  categoryOf,
  checkRows,
  type GivenRow,
  type RateCard,
  type RateRow,
  tiersFor,
} from './rate-card.js';
import * as queries from './rate-cards.queries.js';

export interface CardDetails {
  name: string;
  currency: string;
  effectiveFrom: string;
  businessAccountId: string | null;
}

export interface EffectivePrice {
  card: queries.RateCardRow;
  rows: RateRow[];
}

const MAX_SHOWN = 50;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The price lists that people upload. A list that prices something already is not deleted. */
@Injectable()
export class RateCards {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async upload(
    organizationId: string,
    uploadedBy: string | null,
    details: CardDetails,
    given: readonly GivenRow[],
  ): Promise<queries.RateCardRow> {
    if (!isCurrency(details.currency)) {
      const detail = `"${details.currency}" is not the code of a currency, as in USD.`;
      throw refusal('currency_unknown', detail, [{ field: 'currency', message: 'is not known' }]);
    }
    assertDay(details.effectiveFrom, 'effectiveFrom');
    if (given.length === 0) throw refusal('bad_row', 'The list has no prices.', []);
    const { rows, problems } = checkRows(given);
    const [first] = problems;
    if (first !== undefined) {
      const errors = problems.slice(0, MAX_SHOWN).map(({ place, message }) => ({ field: place, message }));
      throw refusal(first.code, `${first.place}: ${first.message}.`, errors);
    }
    const card = { ...details, id: uuidV7(), organizationId, uploadedBy, createdAt: this.clock.now() };
    await this.database.transaction(async (tx) => {
      await queries.lockCards(tx, organizationId);
      await queries.insertCard(tx, card, rows);
    });
    return { ...card, rows: rows.length };
  }

  async list(
    organizationId: string,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<queries.RateCardRow[]> {
    return queries.listCards(this.database.manager, organizationId, place);
  }

  async count(organizationId: string): Promise<number> {
    return queries.countCards(this.database.manager, organizationId);
  }

  async get(organizationId: string, id: string): Promise<{ card: queries.RateCardRow; rows: RateRow[] }> {
    const card = await this.find(this.database.manager, organizationId, id);
    const [full] = await this.withRows(this.database.manager, [card]);
    return { card, rows: [...(full?.rows ?? [])] };
  }

  async delete(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await queries.lockCards(tx, organizationId);
      const card = await this.find(tx, organizationId, id);
      const cards = await this.until(tx, organizationId, '9999-12-31');
      const days = await queries.billedDays(tx, organizationId, card.effectiveFrom);
      const used = days.find(({ day, account }) => cardOn(cards, day, account)?.id === id);
      if (used !== undefined) {
        const detail = `This list gives the prices of ${used.day}, among others. Upload a newer one instead.`;
        throw new DomainError('conflict', 'rate_card_in_use', detail);
      }
      await queries.deleteCard(tx, id);
    });
  }

  /** What a message would cost on a day. The market may be a country. */
  async effective(
    organizationId: string,
    asked: { date: string; market: string; category: string; account: string },
  ): Promise<EffectivePrice> {
    assertDay(asked.date, 'date');
    const place = knownMarket(asked.market);
    if (place === undefined) {
      const message = 'is neither a market of Meta nor the code of a country';
      throw refusal('market_unknown', `market ${message}.`, [{ field: 'market', message }]);
    }
    const db = this.database.manager;
    const cards = await this.withRows(db, await this.until(db, organizationId, asked.date));
    const card = cardOn(cards, asked.date, asked.account);
    const country = place.length === 2 ? place : null;
    const market = country === null ? place : marketOfCountry(country);
    const rows = card === undefined ? [] : tiersFor(card, { country, market }, categoryOf(asked.category));
    if (card === undefined || rows.length === 0) {
      const detail =
        card === undefined
          ? `No price list is in force on ${asked.date}.`
          : `The price list in force on ${asked.date} has no price for that.`;
      throw new DomainError('not-found', 'no_rate_card', detail);
    }
    return { card: await this.find(db, organizationId, card.id), rows };
  }

  /** The cards that may be in force up to a day, with their prices. */
  async inForceUntil(db: EntityManager, organizationId: string, day: string): Promise<RateCard[]> {
    return this.withRows(db, await this.until(db, organizationId, day));
  }

  private async until(db: EntityManager, organizationId: string, day: string): Promise<RateCard[]> {
    return (await queries.cardsUntil(db, organizationId, day)).map((card) => ({ ...card, rows: [] }));
  }

  private async withRows(db: EntityManager, cards: readonly queries.StoredCard[]): Promise<RateCard[]> {
    if (cards.length === 0) return [];
    const rows = await queries.rowsOfCards(
      db,
      cards.map(({ id }) => id),
    );
    const byCard = Map.groupBy(rows, ({ cardId }) => cardId);
    return cards.map((card) => ({ ...card, rows: (byCard.get(card.id) ?? []).map(rateRow) }));
  }

  private async find(db: EntityManager, organizationId: string, id: string): Promise<queries.RateCardRow> {
    const card = await queries.findCard(db, organizationId, id);
    if (card === undefined) throw notFound('rate card', id);
    return card;
  }
}

function rateRow({ market, category, from, to, price }: queries.StoredRow): RateRow {
  const millionths = parsePrice(price);
  if (millionths === undefined) throw new TypeError('a price has six decimals');
  return { market, category, from: Number(from), to: to === null ? null : Number(to), price: millionths };
}

function assertDay(day: string, field: string): void {
  if (DAY.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`))) return;
  throw new DomainError('invalid', 'invalid_request', `${field} is not a day.`, {
    errors: [{ field, message: 'must be a day, as in 2026-10-01' }],
  });
}

function refusal(code: string, detail: string, errors: { field: string; message: string }[]): DomainError {
  return new DomainError('rule', code, detail, { errors });
}
