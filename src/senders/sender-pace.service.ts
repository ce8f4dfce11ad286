import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { execute, sql } from '../platform/database/sql.js';

@Injectable()
export class SenderPaceService {
  constructor(private readonly clock: Clock) {}

  async slowDown(tx: EntityManager, senderIds: readonly string[], holdMs: number): Promise<void> {
    const now = this.clock.now();
    const held = new Date(now.getTime() + holdMs);
    await execute(
      tx,
      sql`INSERT INTO sender_pace (sender_id, free_at, lowered_to, lowered_at, held_until)
          SELECT id, ${now}, 40, ${now}, ${held} FROM unnest(${senderIds}::uuid[]) AS id
          ON CONFLICT (sender_id) DO UPDATE SET lowered_at = ${now}, held_until = ${held}`,
    );
  }
}
