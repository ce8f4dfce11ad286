import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { execute, sql } from '../platform/database/sql.js';

@Injectable()
export class QuotaLedger {
  async confirm(
    tx: EntityManager,
    portfolioId: string,
    people: { phone: string; reservedAt: Date; acceptedAt: Date }[],
  ): Promise<void> {
    for (const { phone, reservedAt, acceptedAt } of people) {
      await execute(
        tx,
        sql`UPDATE portfolio_reach SET counted_at = ${acceptedAt}
             WHERE portfolio_id = ${portfolioId} AND phone_number = ${phone} AND counted_at = ${reservedAt}`,
      );
    }
  }

  async refund(
    tx: EntityManager,
    portfolioId: string,
    people: { phone: string; countedAt: Date[] }[],
  ): Promise<void> {
    for (const { phone, countedAt } of people) {
      await execute(
        tx,
        sql`DELETE FROM portfolio_reach WHERE portfolio_id = ${portfolioId} AND phone_number = ${phone}
              AND counted_at = ANY(${countedAt}::timestamptz[])`,
      );
    }
  }
}
