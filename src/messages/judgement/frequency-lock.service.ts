import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lockFrequency } from './frequency-lock.queries.js';

/** Two transactions that write marketing to the same person at the same time must see each other's messages. */
@Injectable()
export class FrequencyLock {
  async hold(tx: EntityManager, organizationId: string): Promise<void> {
    await lockFrequency(tx, organizationId);
  }
}
