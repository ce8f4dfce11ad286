import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../platform/database/sql.js';

export type StopScope = 'sender' | 'account' | 'app';

@Injectable()
export class SenderStops {
  async pause(
    tx: EntityManager,
    senderId: string,
    { scope, reason, until }: { scope: StopScope; reason: string; until: Date | null },
  ): Promise<string[]> {
    const ids = await this.sendersIn(tx, senderId, scope);
    await execute(
      tx,
      sql`UPDATE senders SET status = 'paused', paused_by = 'errors', status_reason = ${reason}, paused_until = ${until}
           WHERE id = ANY(${ids}::uuid[]) AND status = 'active'`,
    );
    return ids;
  }

  async sendersIn(tx: EntityManager, senderId: string, scope: StopScope): Promise<string[]> {
    if (scope === 'sender') return [senderId];
    const rows = await rowsOf<{ id: string }>(
      tx,
      sql`SELECT s.id FROM senders s JOIN senders own ON own.id = ${senderId}
           WHERE s.id = own.id OR (s.organization_id = own.organization_id AND s.business_account_id = own.business_account_id)`,
    );
    return rows.map(({ id }) => id);
  }

  async useEndpoint(
    tx: EntityManager,
    senderId: string,
    endpoint: 'messages' | 'marketing_messages',
  ): Promise<void> {
    await execute(
      tx,
      sql`UPDATE senders SET uses_marketing_api = ${endpoint === 'marketing_messages'} WHERE id = ${senderId}`,
    );
  }
}
