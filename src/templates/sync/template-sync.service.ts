import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Logger } from '../../platform/logging/logger.js';
import { outsideRequest } from '../../platform/request-context.js';
import { type BusinessAccount, BusinessAccounts } from '../../whatsapp/graph/business-accounts.js';
import { GraphClient } from '../../whatsapp/graph/graph.client.js';
import { type ListedTemplate, readListedTemplate, TEMPLATE_FIELDS } from './listed-template.js';
import { TemplateNewsEvents } from '../history/template-news-events.service.js';
import type { SyncClaim, SyncState, Wanted } from './template-sync.queries.js';
import * as queries from './template-sync.queries.js';

export interface SyncCounts {
  synced: number;
  created: number;
  updated: number;
  deleted: number;
  unchanged: number;
}

export interface SyncReport extends SyncCounts {
  failures: { businessAccountId: string; code: string; detail: string }[];
}

/** Longer than one page can take; renewed after each of them. */
const LEASE_MS = 60_000;
const PAGE_SIZE = 100;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WAIT_MS = 30_000;
const LOOK_MS = 100;

/**
 * Brings the stored templates up to what Meta lists. One listing of an account runs at a time over all processes. The
 * claim is a row, so no connection is held while Meta answers.
 */
@Injectable()
export class TemplateSync implements OnModuleDestroy {
  private readonly held = new Set<SyncClaim>();

  constructor(
    private readonly accounts: BusinessAccounts,
    private readonly graph: GraphClient,
    private readonly database: Database,
    private readonly events: TemplateNewsEvents,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** The next process need not wait for the leases of this one to expire. */
  async onModuleDestroy(): Promise<void> {
    for (const claim of this.held) await queries.releaseClaim(this.database.manager, claim);
  }

  /** Syncs all accounts of the organization, or that of one sender. It fails only if no account could be synced. */
  async sync(organizationId: string, senderId?: string): Promise<SyncReport> {
    const accounts =
      senderId === undefined
        ? await this.accounts.of(organizationId)
        : [await this.accounts.ofSender(organizationId, senderId)];
    if (accounts.length === 0) {
      const detail =
        'No sender has a businessAccountId, so there is no account whose templates could be listed.';
      throw new DomainError('rule', 'business_account_unknown', detail);
    }
    const report: SyncReport = { synced: 0, created: 0, updated: 0, deleted: 0, unchanged: 0, failures: [] };
    const refusals: DomainError[] = [];
    for (const account of accounts) {
      try {
        addTo(report, await this.syncNow(account));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        refusals.push(error);
        const { code, message: detail } = error;
        report.failures.push({ businessAccountId: account.businessAccountId, code, detail });
      }
    }
    const [refusal] = refusals;
    if (refusal !== undefined && refusals.length === accounts.length) throw refusal;
    return report;
  }

  /** For the timetable: lists the account when its last listing is a day old. False: it was not due. */
  async syncWhenDue(account: BusinessAccount, signal: AbortSignal): Promise<boolean> {
    const now = this.clock.now().getTime();
    const claim = await this.claim(account, {
      kind: 'when-due',
      listedBefore: new Date(now - 24 * HOUR_MS),
      failedBefore: new Date(now - HOUR_MS),
    });
    if (claim === null) return false;
    await this.run(account, claim, signal);
    return true;
  }

  /**
   * For an unknown template: lists the account unless that was done within the last minute, and waits for a listing
   * that is under way. Returns the failure of the last listing, if it failed.
   */
  async syncForUnknown(account: BusinessAccount): Promise<string | null> {
    // The listing is not the effect of the request that meets the template: its idempotency key must not count as used.
    return outsideRequest(() => this.listUnlessTried(account));
  }

  private async listUnlessTried(account: BusinessAccount): Promise<string | null> {
    const since = new Date(this.clock.now().getTime() - MINUTE_MS);
    const claim = await this.claim(account, { kind: 'unless-tried-since', since });
    if (claim !== null) {
      await this.run(account, claim);
      return null;
    }
    return (await this.finished(account))?.failure ?? null;
  }

  private async syncNow(account: BusinessAccount): Promise<SyncCounts> {
    const claim = await this.claim(account, { kind: 'now' });
    if (claim === null) throw alreadyRunning(account);
    return this.run(account, claim);
  }

  private async claim(account: BusinessAccount, wanted: Wanted): Promise<SyncClaim | null> {
    const { organizationId, businessAccountId } = account;
    const startedAt = this.clock.now();
    const claim = { organizationId, businessAccountId, attempt: uuidV7(), startedAt };
    return (await queries.claimSync(this.database.manager, claim, this.leaseEnd(), wanted)) ? claim : null;
  }

  private async run(account: BusinessAccount, claim: SyncClaim, signal?: AbortSignal): Promise<SyncCounts> {
    this.held.add(claim);
    try {
      const listed = await this.list(account, claim, signal);
      return await this.store(account, claim, listed);
    } catch (error) {
      const failure = error instanceof DomainError ? error.message : 'The listing could not be stored.';
      if (signal?.aborted !== true) await queries.failSync(this.database.manager, claim, failure);
      throw error;
    } finally {
      this.held.delete(claim);
    }
  }

  private async list(
    account: BusinessAccount,
    claim: SyncClaim,
    signal?: AbortSignal,
  ): Promise<ListedTemplate[]> {
    const { businessAccountId, token } = account;
    const path = `/${encodeURIComponent(businessAccountId)}/message_templates`;
    const query = { fields: TEMPLATE_FIELDS.join(','), limit: PAGE_SIZE };
    // By name and language, because a restarted listing returns items twice.
    const listed = new Map<string, ListedTemplate>();
    let unreadable = 0;
    for await (const page of this.graph.pages(path, { token, query })) {
      signal?.throwIfAborted();
      for (const item of page) {
        const template = readListedTemplate(item);
        if (template === null) unreadable += 1;
        else listed.set(`${template.language} ${template.name}`, template);
      }
      if (!(await queries.renewClaim(this.database.manager, claim, this.leaseEnd())))
        throw alreadyRunning(account);
    }
    if (unreadable > 0) this.logger.warn({ businessAccountId, unreadable }, 'templates that cannot be read');
    return [...listed.values()];
  }

  private async store(
    account: BusinessAccount,
    claim: SyncClaim,
    listed: ListedTemplate[],
  ): Promise<SyncCounts> {
    return this.database.transaction(async (tx) => {
      if (!(await queries.finishSync(tx, claim))) throw alreadyRunning(account);
      const now = this.clock.now();
      const { created, updated, news } = await queries.storeListing(tx, claim, listed, now);
      const gone = await queries.markVanished(tx, claim, now);
      const { organizationId, businessAccountId } = claim;
      await this.events.changed(
        tx,
        [...news, ...gone].map((one) => ({ ...one, organizationId, businessAccountId })),
        now,
      );
      const [synced, deleted] = [listed.length, gone.length];
      return { synced, created, updated, deleted, unchanged: synced - created - updated };
    });
  }

  private async finished(account: BusinessAccount): Promise<SyncState | undefined> {
    for (let waited = 0; ; waited += LOOK_MS) {
      const state = await queries.stateOf(this.database.manager, account);
      const leaseUntil = state?.leaseUntil ?? null;
      if (leaseUntil === null || leaseUntil <= this.clock.now()) return state;
      if (waited >= WAIT_MS) throw alreadyRunning(account);
      await delay(LOOK_MS);
    }
  }

  private leaseEnd(): Date {
    return new Date(this.clock.now().getTime() + LEASE_MS);
  }
}

function addTo(report: SyncReport, counts: SyncCounts): void {
  for (const key of ['synced', 'created', 'updated', 'deleted', 'unchanged'] as const)
    report[key] += counts[key];
}

function alreadyRunning({ businessAccountId }: BusinessAccount): DomainError {
  const detail = `The templates of account ${businessAccountId} are being listed right now.`;
  return new DomainError('conflict', 'sync_in_progress', detail, { retryAfterSeconds: 2 });
}
