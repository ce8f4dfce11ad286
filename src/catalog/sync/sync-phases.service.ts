import { Injectable } from '@nestjs/common';
import { forgetPlan } from '../calls/run-session.queries.js';
import type { RunSession } from '../calls/run-session.service.js';
import type { RunPhase } from '../calls/sync-run.js';
import { BatchSettling } from '../pushing/batch-settling.service.js';
import { wakeNotReady } from '../pushing/batches.queries.js';
import { PushPhase } from '../pushing/push-phase.service.js';
import { SettlePhase } from '../pushing/settle-phase.service.js';
import { ReadPhase } from '../reading/read-phase.service.js';
import { ConnectPhase } from './connect-phase.service.js';
import type { SyncAccount } from '../calls/sync-account.service.js';

const ORDER: readonly RunPhase[] = ['connect', 'read', 'push', 'settle'];

/** The phases of a run in their order, from the one at which it stands. Each can be repeated without harm. */
@Injectable()
export class SyncPhases {
  constructor(
    private readonly connecting: ConnectPhase,
    private readonly reading: ReadPhase,
    private readonly pushing: PushPhase,
    private readonly settling: SettlePhase,
    private readonly batches: BatchSettling,
  ) {}

  async run(session: RunSession, account: SyncAccount): Promise<void> {
    const { run } = session;
    if (run.isDryRun) {
      await session.write(async (tx) => {
        await forgetPlan(tx, run.id);
        return { phase: 'connect' };
      });
    }
    for (const phase of ORDER.slice(ORDER.indexOf(run.phase))) {
      if (run.phase !== phase) await this.enter(session, phase);
      session.stopIfAsked();
      await this.runPhase(phase, session, account);
    }
  }

  /**
   * Items that were not ready are looked at again, once a run. Automatic pushes leave them alone: they come every
   * minute, and a change of the item wakes it anyway.
   */
  private async enter(session: RunSession, phase: RunPhase): Promise<void> {
    const { run } = session;
    await session.write(async (tx, now) => {
      if (phase === 'push' && run.trigger !== 'auto' && !run.isDryRun) await wakeNotReady(tx, run, now);
      return { phase };
    });
  }

  private async runPhase(phase: RunPhase, session: RunSession, account: SyncAccount): Promise<void> {
    const { run } = session;
    switch (phase) {
      case 'connect':
        await this.connecting.run(session, account);
        return;
      case 'read':
        if (run.mode === 'push' || run.metaCatalogId === null) return;
        // What an earlier run left under way comes first: its items cannot be judged before.
        if (!run.isDryRun) {
          await this.batches.releaseUnsent(session);
          await this.batches.makeRoom(session, account.token, 1);
        }
        await this.reading.run(session, account.token);
        return;
      case 'push':
        await this.pushing.run(session, account.token);
        return;
      case 'settle':
        await this.settling.run(session, account.token);
    }
  }
}
