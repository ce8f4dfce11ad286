import { Injectable } from '@nestjs/common';
import { classify } from '../../whatsapp/errors/classify-error.js';
import type { GraphFailure } from '../../whatsapp/graph/graph-answer.js';
import { metaRefusal } from '../../whatsapp/graph/meta-refusal.js';
import { CatalogClient, type CatalogAnswer } from '../../whatsapp/catalogs/catalog.client.js';
import { RunFailed, RunMustWait } from './run-endings.js';
import * as queries from './run-session.queries.js';
import type { RunSession } from './run-session.service.js';
import { SyncMetrics } from './sync-metrics.service.js';
import { budgetOpensAt, hourlyBudget, outageWaitMs, throttleWaitMs } from './sync-pace.js';
import type { RunCounts } from './sync-run.js';

export type CallKind = 'write' | 'poll' | 'read';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** An hour and a half of waiting. */
const MOST_FAILURES = 24;

const COUNT_OF: Readonly<Record<CallKind, keyof RunCounts>> = {
  write: 'callsWrite',
  poll: 'callsPoll',
  read: 'callsRead',
};
/** Throttles of any kind, and codes after which nothing helps but a person. */
const THROTTLES = new Set([4, 17, 32, 613, 80_008, 80_009, 80_014]);
const BLOCKED = new Set([190, 368]);

/** The answers that a phase deals with itself. */
export type Dealt<T> = Extract<CatalogAnswer<T>, { outcome: 'ok' }> | GraphFailure;

/**
 * Every call of a run to Meta: within the budget of the hour, counted, and judged. What concerns the run as a whole
 * (throttles, outages, lost permissions) ends the phase by an exception; all else is the caller's.
 */
@Injectable()
export class SyncCalls {
  constructor(
    private readonly client: CatalogClient,
    private readonly metrics: SyncMetrics,
  ) {}

  async make<T>(
    session: RunSession,
    kind: CallKind,
    token: string,
    call: (client: CatalogClient) => Promise<CatalogAnswer<T>>,
    /** Failures that the phase wants to see although the run could wait for them to pass. */
    isDealtWith: (failure: GraphFailure) => boolean = () => false,
  ): Promise<Dealt<T>> {
    await this.waitForBudget(session, kind);
    const answer = await call(this.client);
    this.metrics.called(kind);
    // Meta has counted the call whatever became of it.
    await session.write(async (tx, now) => {
      const minute = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
      await queries.addCall(tx, session.run, kind === 'write' ? 'write' : 'read', minute);
      const passed = answer.outcome === 'ok' ? { memory: { waits: 0, failures: 0 } } : {};
      return { counts: { [COUNT_OF[kind]]: 1 }, ...passed };
    });
    session.usedPercent = answer.usage?.highestPercent ?? session.usedPercent;
    if (answer.outcome === 'ok') return answer;
    this.judge(session, answer, token, isDealtWith);
    return answer;
  }

  /** Waits rather than calls: a call made while throttled prolongs the throttle. */
  private async waitForBudget(session: RunSession, kind: CallKind): Promise<void> {
    const { catalogId, trigger } = session.run;
    const now = session.clock.now();
    const since = new Date(now.getTime() - HOUR_MS - MINUTE_MS);
    const bucket = kind === 'write' ? 'write' : 'read';
    const made = await queries.callsOfHour(session.manager, catalogId, bucket, since);
    const opens = budgetOpensAt(made, hourlyBudget(bucket, session.usedPercent), 1, now);
    if (opens !== null)
      throw new RunMustWait(opens, `the budget of ${bucket} calls for this hour is used up`);
    if (kind !== 'write' || trigger !== 'auto') return;
    const automatic = await queries.automaticCalls(session.manager, catalogId, since);
    const free = budgetOpensAt(automatic, hourlyBudget('auto', 0), 1, now);
    if (free !== null) throw new RunMustWait(free, 'the budget of automatic pushes for this hour is used up');
  }

  private judge(
    session: RunSession,
    failure: GraphFailure,
    token: string,
    isDealtWith: (failure: GraphFailure) => boolean,
  ): void {
    const { error } = failure;
    const { message: said } = metaRefusal(failure, 'answer', token);
    const now = session.clock.now().getTime();
    const { waits = 0, failures = 0 } = session.run.memory;
    const code = error.code ?? -1;
    if (THROTTLES.has(code) || classify({ ...error, asynchronous: false }).action.kind === 'slow-down') {
      const minutes = Math.max(
        0,
        ...(failure.usage?.budgets ?? []).map((budget) => budget.minutesToRegainAccess),
      );
      session.run.memory.waits = waits + 1;
      throw new RunMustWait(new Date(now + throttleWaitMs(minutes, waits)), said);
    }
    if (BLOCKED.has(code) || (code >= 200 && code <= 299) || code === 10 || error.httpStatus === 401) {
      throw new RunFailed(said);
    }
    if (isDealtWith(failure) || failure.outcome === 'refused') return;
    if (failures >= MOST_FAILURES) throw new RunFailed(said);
    session.run.memory.failures = failures + 1;
    throw new RunMustWait(new Date(now + outageWaitMs(failures)), said);
  }
}
