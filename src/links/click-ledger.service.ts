import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import type { AddedClicks, OpenClick, SettledClick } from './click.js';
import * as queries from './link-clicks.queries.js';

/** The stored clicks, until they take effect. */
@Injectable()
export class ClickLedger {
  constructor(private readonly clock: Clock) {}

  /** Clicks without effect yet, oldest first. None while another process is at it. */
  async open(tx: EntityManager, limit: number): Promise<OpenClick[]> {
    return (await queries.mayApply(tx)) ? queries.openClicks(tx, limit) : [];
  }

  async settle(
    tx: EntityManager,
    clicks: readonly SettledClick[],
    added: readonly AddedClicks[],
  ): Promise<void> {
    await queries.settleClicks(tx, clicks, this.clock.now());
    await queries.addToStats(tx, added);
  }
}
