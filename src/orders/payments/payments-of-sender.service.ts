import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { SenderPayments } from '../../senders/directory/sender-payments.service.js';
import { needsSender } from './payment-rows.queries.js';

/** Gateways give money back for half a year. */
const REFUNDABLE_MS = 180 * 24 * 60 * 60_000;

@Injectable()
export class PaymentsOfSender extends SenderPayments {
  constructor(private readonly clock: Clock) {
    super();
  }

  override async needs(tx: EntityManager, organizationId: string, senderId: string): Promise<boolean> {
    const since = new Date(this.clock.now().getTime() - REFUNDABLE_MS);
    return needsSender(tx, { organizationId, senderId, since });
  }
}
