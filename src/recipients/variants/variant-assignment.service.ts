import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import * as queries from './assign-variants.queries.js';
import type { Assignment } from './variant-bucket.js';

/** As long as the longest window of an experiment: which of them count for a test is judged when it is looked at. */
export const OPT_OUT_MS = 30 * 24 * 60 * 60 * 1_000;

/** Which variant of an experiment a recipient gets, and what became of the person by it. */
@Injectable()
export class VariantAssignment {
  constructor(private readonly clock: Clock) {}

  /** The caller holds the campaign, and has not planned it yet. */
  async assignPending(tx: EntityManager, campaignId: string, assignment: Assignment): Promise<void> {
    await queries.assignPending(tx, campaignId, assignment, this.clock.now());
  }

  /** Returns how many changed their variant. The caller holds the campaign. */
  async reassign(
    tx: EntityManager,
    campaignId: string,
    dropped: number,
    among: Pick<Assignment, 'seed' | 'weights'>,
  ): Promise<number> {
    return queries.reassign(tx, campaignId, dropped, among);
  }

  async noteOptOuts(tx: EntityManager, optOuts: readonly { recipientId: string; at: Date }[]): Promise<void> {
    await queries.noteOptOuts(tx, optOuts, OPT_OUT_MS);
  }
}
