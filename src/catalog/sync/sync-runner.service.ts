import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isOutage } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { RunFailed, RunLost, RunMustWait, RunStopped } from '../calls/run-endings.js';
import { RunSession } from '../calls/run-session.service.js';
import type { RunFacts } from '../calls/sync-run.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import { SyncAccounts } from '../calls/sync-account.service.js';
import { SyncPhases } from './sync-phases.service.js';
import * as queries from './sync-runs.queries.js';

/** A fault of our own is tried again a few times: after that the run says what it was. */
const MOST_FAULTS = 5;
const AFTER_FAULT_MS = 10_000;

/** Carries out one run from the phase at which it stands, and writes down how it ended. */
@Injectable()
export class SyncRunner {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly accounts: SyncAccounts,
    private readonly phases: SyncPhases,
    private readonly logger: Logger,
    private readonly events: CatalogEvents,
  ) {}

  /** Returns how the run ended, or null when it goes on later or elsewhere. */
  async run(facts: RunFacts, leaseUntil: Date, isShuttingDown: () => boolean): Promise<string | null> {
    const session = new RunSession(this.database, this.clock, facts, leaseUntil, isShuttingDown);
    try {
      const account = await this.accounts.of(facts.organizationId, facts.senderId);
      facts.defaults.whatsappNumber = await this.accounts.numberOf(account);
      await this.phases.run(session, account);
      return await this.end(session, 'completed', null);
    } catch (error) {
      return this.leave(session, error);
    }
  }

  private async leave(session: RunSession, error: unknown): Promise<string | null> {
    const { run } = session;
    if (error instanceof RunLost) return null;
    if (error instanceof RunStopped) {
      return error.isForShutdown ? this.release(session) : this.end(session, 'stopped', null);
    }
    if (error instanceof RunMustWait) {
      this.logger.info({ runId: run.id, until: error.until, reason: error.message }, 'a sync run waits');
      return this.release(session, error.until, error.message);
    }
    if (error instanceof RunFailed || error instanceof DomainError) {
      return this.end(session, 'failed', error.message);
    }
    return this.fault(session, error);
  }

  private async fault(session: RunSession, error: unknown): Promise<string | null> {
    const { run } = session;
    const wasOutage = isOutage(error);
    this.logger[wasOutage ? 'warn' : 'error']({ err: error, runId: run.id }, 'a sync run broke off');
    if (!wasOutage) {
      const faults = (run.memory.faults ?? 0) + 1;
      if (faults >= MOST_FAULTS) {
        return this.end(session, 'failed', 'An error of our own. The log of the worker says more.');
      }
      run.memory.faults = faults;
    }
    return this.release(session, new Date(this.clock.now().getTime() + AFTER_FAULT_MS));
  }

  private async release(
    { run, held }: RunSession,
    waitingUntil: Date | null = null,
    problem: string | null = null,
  ): Promise<null> {
    const now = this.clock.now();
    const { memory } = run;
    await queries.releaseRun(this.database.manager, run.id, held, { waitingUntil, memory, problem, now });
    return null;
  }

  private async end(
    { run, held }: RunSession,
    status: 'completed' | 'failed' | 'stopped',
    reason: string | null,
  ): Promise<string | null> {
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const ended = await queries.endRun(tx, run.id, held, { status, reason, now });
      if (ended === undefined) return null;
      if (status === 'completed' && !run.isDryRun) await queries.noteSynced(tx, run, now);
      if (!run.isDryRun) await this.events.syncFinished(tx, run.organizationId, run.id);
      if (ended.again && status !== 'stopped') {
        const { organizationId, catalogId } = run;
        const next = {
          id: uuidV7(),
          organizationId,
          catalogId,
          mode: ended.nextMode ?? 'full',
          isDryRun: false,
        };
        await queries.insertRun(tx, { ...next, trigger: 'manual', waitingUntil: null }, now);
      }
      return ended.status;
    });
  }
}
