import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Logger } from '../../platform/logging/logger.js';
import { BusinessAccounts } from '../../whatsapp/graph/business-accounts.js';
import { TemplateSync } from './template-sync.service.js';

/** Lists every account whose last listing is a day old: at the start, and whenever the timetable says so. */
@Injectable()
export class TemplateRefresh implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly accounts: BusinessAccounts,
    private readonly templateSync: TemplateSync,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.start();
  }

  /** In the background: nothing here waits for Meta, and a failure is retried an hour later. */
  start(): void {
    if (this.stop.signal.aborted) return;
    this.running ??= this.refresh().finally(() => {
      this.running = undefined;
    });
  }

  /** A listing that is waiting for Meta is abandoned when the answer arrives: it does not touch the database. */
  onModuleDestroy(): void {
    this.stop.abort();
  }

  private async refresh(): Promise<void> {
    try {
      for (const account of await this.accounts.all()) {
        if (this.stop.signal.aborted) return;
        await this.refreshAccount(account);
      }
    } catch (error) {
      this.warn({ err: error });
    }
  }

  private async refreshAccount(account: Awaited<ReturnType<BusinessAccounts['all']>>[number]): Promise<void> {
    const { organizationId, businessAccountId } = account;
    try {
      await this.templateSync.syncWhenDue(account, this.stop.signal);
    } catch (error) {
      const reason = error instanceof DomainError ? { reason: error.message } : { err: error };
      this.warn({ organizationId, businessAccountId, ...reason });
    }
  }

  private warn(about: object): void {
    if (!this.stop.signal.aborted) this.logger.warn(about, 'the templates could not be refreshed');
  }
}
