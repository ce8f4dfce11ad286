import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database, FOREIGN_KEY_VIOLATION, sqlState } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Sender } from '../accounts/sender.entity.js';
import * as queries from '../accounts/senders.queries.js';
import { SenderPayments } from './sender-payments.service.js';
import { SenderUse } from './sender-use.js';

const SHOWN_NAMES = 5;

/** Deletes senders that no campaign names and no payment needs. */
@Injectable()
export class SenderRemoval {
  constructor(
    private readonly database: Database,
    private readonly use: SenderUse,
    private readonly payments: SenderPayments,
    private readonly clock: Clock,
  ) {}

  async delete(organizationId: string, id: string): Promise<void> {
    try {
      await this.deleteUnused(organizationId, id);
    } catch (error) {
      if (sqlState(error) !== FOREIGN_KEY_VIOLATION) throw error;
      throw inUseBy(await this.use.campaignNames(organizationId, id)) ?? error;
    }
  }

  private async deleteUnused(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await queries.lockSendersOf(tx, organizationId);
      const senders = new Scoped(tx, Sender, organizationId, 'sender');
      const sender = await senders.lock(id);
      if (sender.isFromEnvironment) {
        const detail =
          'This sender comes from the environment. Remove WHATSAPP_ACCESS_TOKEN there and restart.';
        throw new DomainError('conflict', 'sender_from_environment', detail);
      }
      if (await this.payments.needs(tx, organizationId, id)) {
        const detail =
          'Customers pay this sender inside WhatsApp: their money may still come, or go back. Pause the sender instead.';
        throw new DomainError('conflict', 'sender_in_use', detail);
      }
      await senders.delete(id);
      await queries.promoteOldest(tx, organizationId, this.clock.now());
    });
  }
}

function inUseBy(campaigns: readonly string[]): DomainError | undefined {
  if (campaigns.length === 0) return undefined;
  const names = campaigns.slice(0, SHOWN_NAMES).map((name) => `"${name}"`);
  const more = campaigns.length > SHOWN_NAMES ? ` and ${campaigns.length - SHOWN_NAMES} more` : '';
  const detail =
    `This sender belongs to campaigns, which keep it even after they have ended: ${names.join(', ')}${more}. ` +
    'Give drafts another sender or delete them. To stop sending, set the status of the sender to paused.';
  return new DomainError('conflict', 'sender_in_use', detail);
}
