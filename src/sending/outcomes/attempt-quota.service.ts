import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { QuotaLedger } from '../../senders/quota/quota-ledger.service.js';
import type { Folded } from './fold-reports.js';
import type { TrackedRecipient } from './recipient-progress.js';

interface SettledAttempt {
  before: TrackedRecipient;
  folded: Folded;
  campaign: { portfolioId: string | null };
}

interface Settlement {
  confirmed: { phone: string; reservedAt: Date; acceptedAt: Date }[];
  refunded: { phone: string; countedAt: Date[] }[];
}

/** Moves the units reserved for attempts to the time of their acceptance, or returns them. */
@Injectable()
export class AttemptQuota {
  constructor(private readonly ledger: QuotaLedger) {}

  async settle(tx: EntityManager, attempts: readonly SettledAttempt[]): Promise<void> {
    const settlements = new Map<string, Settlement>();
    for (const attempt of attempts) {
      const { portfolioId } = attempt.campaign;
      if (portfolioId === null) continue;
      const settlement = settlements.get(portfolioId) ?? { confirmed: [], refunded: [] };
      settlements.set(portfolioId, settlement);
      settleOne(settlement, attempt);
    }
    // Always in the same order, because each portfolio is locked on the way.
    for (const [portfolioId, { confirmed, refunded }] of [...settlements].sort(byId)) {
      if (confirmed.length > 0) await this.ledger.confirm(tx, portfolioId, confirmed.sort(byPhone));
      if (refunded.length > 0) await this.ledger.refund(tx, portfolioId, refunded.sort(byPhone));
    }
  }
}

function settleOne({ confirmed, refunded }: Settlement, { before, folded }: SettledAttempt): void {
  const { phoneNumber: phone, attemptedAt, sentAt: countedAt } = before;
  const { status, sentAt } = folded.recipient;
  if (folded.isRefunded) {
    refunded.push({ phone, countedAt: [attemptedAt, countedAt].filter((at) => at !== null) });
    return;
  }
  const reservedAt = countedAt ?? attemptedAt;
  const isOut = status === 'sent' || status === 'delivered' || status === 'read' || status === 'responded';
  if (!isOut || sentAt === null || reservedAt === null || sentAt.getTime() === reservedAt.getTime()) return;
  confirmed.push({ phone, reservedAt, acceptedAt: sentAt });
}

function byId([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

function byPhone(a: { phone: string }, b: { phone: string }): number {
  return a.phone < b.phone ? -1 : Number(a.phone > b.phone);
}
