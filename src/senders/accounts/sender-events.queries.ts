import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';
import type { PauseSource, SenderStatus } from './sender-status.js';

export interface ShownSender {
  id: string;
  organizationId: string;
  name: string;
  phoneNumberId: string;
  displayPhoneNumber: string | null;
  status: SenderStatus;
  statusReason: string | null;
  pausedBy: PauseSource | null;
  pausedUntil: Date | null;
  qualityRating: string | null;
  messagingLimit: number | null;
  isUnlimited: boolean;
}

/** With the limit of the portfolio. Ordered by id. */
export async function shownSenders(
  db: EntityManager,
  { ids = [], portfolioIds = [] }: { ids?: readonly string[]; portfolioIds?: readonly string[] },
): Promise<(ShownSender & { portfolioId: string | null })[]> {
  return rowsOf(
    db,
    sql`SELECT s.id, s.organization_id AS "organizationId", s.name, s.phone_number_id AS "phoneNumberId",
               s.display_phone_number AS "displayPhoneNumber", s.status, s.status_reason AS "statusReason",
               s.paused_by AS "pausedBy", s.paused_until AS "pausedUntil", s.quality_rating AS "qualityRating",
               p.messaging_limit AS "messagingLimit", coalesce(p.is_unlimited, false) AS "isUnlimited",
               s.portfolio_id AS "portfolioId"
          FROM senders s LEFT JOIN portfolios p ON p.id = s.portfolio_id
         WHERE s.id = ANY(${ids}::uuid[]) OR s.portfolio_id = ANY(${portfolioIds}::uuid[])
         ORDER BY s.id`,
  );
}
