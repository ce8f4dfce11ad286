import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import * as queries from './sender-pace.queries.js';

/** How fast a number may send, shared by all workers: never more than its rate within any second, wherever it starts. */
@Injectable()
export class SenderPacing {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** When the next `count` messages may be sent, all at once; that may be later. At most one second's worth. */
  async take(senderId: string, count: number): Promise<{ startAt: Date; perSecond: number }> {
    const { manager } = this.database;
    const turn = await queries.takeTurn(manager, senderId, count, this.clock.now());
    if (turn !== undefined) return turn;
    await queries.openPace(manager, senderId, this.clock.now());
    const first = await queries.takeTurn(manager, senderId, count, this.clock.now());
    if (first === undefined) throw notFound('sender', senderId);
    return first;
  }

  async rateOf(senderId: string): Promise<{ perSecond: number; heldUntil: Date | null }> {
    const state = (await this.statesOf(this.database.manager, [senderId])).get(senderId);
    if (state === undefined) throw notFound('sender', senderId);
    return state;
  }

  async statesOf(
    db: EntityManager,
    senderIds: readonly string[],
  ): Promise<Map<string, { perSecond: number; heldUntil: Date | null }>> {
    const states = await queries.paceOf(db, senderIds, this.clock.now());
    return new Map(states.map(({ senderId, perSecond, heldUntil }) => [senderId, { perSecond, heldUntil }]));
  }

  /** Halves the rate, at most once per burst of refusals, and holds sending. Both end on their own. */
  async slowDown(tx: EntityManager, senderIds: readonly string[], holdMs: number): Promise<void> {
    if (senderIds.length === 0) return;
    const now = this.clock.now();
    await queries.halve(tx, senderIds, { now, heldUntil: new Date(now.getTime() + holdMs) });
  }

  /** An operator knows better: restores the full rate at once. */
  async release(tx: EntityManager, senderId: string): Promise<void> {
    await queries.release(tx, senderId);
  }
}
