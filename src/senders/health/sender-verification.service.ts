import { Injectable, type OnModuleDestroy, type OnModuleInit, Optional } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database, sqlState, UNIQUE_VIOLATION } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { Sender } from '../accounts/sender.entity.js';
import * as queries from '../accounts/senders.queries.js';
import { NumberProof, verifiedElsewhere } from '../directory/number-proof.service.js';
import { Senders } from '../directory/senders.service.js';

/** Each may take as long as a call to Meta may take. */
const AT_ONCE = 20;
const LONGEST_PROBLEM = 1_000;

/** Verifies senders that were stored while Meta could not be reached, or whose credentials have been corrected there. */
@Injectable()
export class SenderVerification implements OnModuleInit, OnModuleDestroy {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly senders: Senders,
    private readonly proof: NumberProof,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
    // Only workers run timetables.
    @Optional() private readonly timetable?: Timetable,
  ) {}

  onModuleInit(): void {
    this.timetable?.register({
      name: 'verify-senders',
      expression: '* * * * *',
      timeZone: 'UTC',
      missed: 'last',
      // Started without waiting: the other tasks of the timetable must not wait for Meta.
      run: () => {
        this.running ??= this.verifyUndecided()
          .catch((error: unknown) => {
            this.logger.error({ err: error }, 'could not verify senders, will retry in a minute');
          })
          .finally(() => (this.running = undefined));
        return Promise.resolve();
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Does nothing for a verified sender. Throws when Meta does not confirm this one, or gives no answer. */
  async verify(organizationId: string, senderId: string): Promise<void> {
    const { sender } = await this.senders.get(organizationId, senderId);
    if (sender.verifiedAt !== null) return;
    try {
      await this.proof.prove(this.senders.credentialsIn(sender));
      await this.confirm(sender);
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'rule') await this.store(sender, error.message);
      throw error;
    }
  }

  /** Once a minute. A sender that Meta refuses is asked about again only on request. */
  async verifyUndecided(): Promise<void> {
    for (const { id, organizationId } of await queries.undecidedSenders(this.database.manager, AT_ONCE)) {
      if (this.stopped) return;
      try {
        await this.verify(organizationId, id);
        this.logger.info({ senderId: id }, 'verified a sender');
      } catch (error) {
        this.logger.warn({ senderId: id, err: error }, 'could not verify a sender');
        // Without an answer from Meta the others would wait in vain. The limit of one token says nothing about them.
        if (error instanceof DomainError && error.kind === 'unavailable') return;
      }
    }
  }

  private async confirm(sender: Sender): Promise<void> {
    try {
      if (await this.store(sender, null)) return;
    } catch (error) {
      throw sqlState(error) === UNIQUE_VIOLATION ? verifiedElsewhere(sender.phoneNumberId) : error;
    }
    // Of two requests at the same time, the other one was first.
    const now = await this.senders.get(sender.organizationId, sender.id);
    if (now.sender.verifiedAt !== null) return;
    const detail = 'Another request has changed the credentials of this sender meanwhile. Sync it again.';
    throw new DomainError('conflict', 'sender_changed', detail);
  }

  private store(sender: Sender, problem: string | null): Promise<boolean> {
    return queries.storeVerification(this.database.manager, sender.organizationId, sender.id, sender, {
      problem: problem?.slice(0, LONGEST_PROBLEM) ?? null,
      now: this.clock.now(),
    });
  }
}
