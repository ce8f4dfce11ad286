import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { wakeByReference } from './payment-rows.queries.js';

/** What Meta reports about payments inside WhatsApp: a reason to look, never a reason to believe. */
@Injectable()
export class PaymentNews {
  constructor(private readonly clock: Clock) {}

  async hear(tx: EntityManager, organizationId: string, references: readonly string[]): Promise<void> {
    if (references.length > 0) await wakeByReference(tx, organizationId, references, this.clock.now());
  }
}
