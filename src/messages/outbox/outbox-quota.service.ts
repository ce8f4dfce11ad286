import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { QuotaLedger } from '../../senders/quota/quota-ledger.service.js';
import type { ClaimedMessage } from './claimed-message.js';

/** A person about to be written to outside an open service window. */
export interface WantedUnit {
  id: string;
  phone: string;
}

export interface OutboxRoom {
  /** The messages that got a unit. */
  granted: ReadonlySet<string>;
  /** When the next unit becomes free. */
  nextUnitAt: Date | null;
}

/** What messages outside campaigns take from the portfolio's limit, and return of it. */
@Injectable()
export class OutboxQuota {
  constructor(private readonly ledger: QuotaLedger) {}

  async reserve(
    tx: EntityManager,
    portfolioId: string,
    wanted: readonly WantedUnit[],
    at: Date,
  ): Promise<OutboxRoom> {
    const { granted, nextUnitAt } = await this.ledger.reserve(tx, {
      ...{ portfolioId, keepFree: 0, at, use: 'direct' },
      phones: wanted.map(({ phone }) => phone),
    });
    const isGranted = wanted.filter(({ phone }) => granted.has(phone));
    return { granted: new Set(isGranted.map(({ id }) => id)), nextUnitAt };
  }

  /** The message was certainly not sent. */
  async refund(tx: EntityManager, messages: readonly ClaimedMessage[]): Promise<void> {
    for (const [portfolioId, units] of unitsOf(messages)) {
      await this.ledger.refund(
        tx,
        portfolioId,
        units.map(({ phone, claimedAt }) => ({ phone, countedAt: [claimedAt] })),
      );
    }
  }

  async confirm(tx: EntityManager, messages: readonly ClaimedMessage[], acceptedAt: Date): Promise<void> {
    for (const [portfolioId, units] of unitsOf(messages)) {
      await this.ledger.confirm(
        tx,
        portfolioId,
        units.map(({ phone, claimedAt: reservedAt }) => ({ phone, reservedAt, acceptedAt })),
      );
    }
  }
}

interface Unit {
  phone: string;
  claimedAt: Date;
}

/** In the order of the portfolios, because each is locked on the way. */
function unitsOf(messages: readonly ClaimedMessage[]): [string, Unit[]][] {
  const units = new Map<string, Unit[]>();
  for (const { portfolioId, phoneNumber: phone, claimedAt } of messages) {
    if (portfolioId === null || phone === null) continue;
    const known = units.get(portfolioId);
    if (known === undefined) units.set(portfolioId, [{ phone, claimedAt }]);
    else known.push({ phone, claimedAt });
  }
  return [...units].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}
