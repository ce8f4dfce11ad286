import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SenderEvents } from '../accounts/sender-events.service.js';
import type { SenderStatus } from '../accounts/sender-status.js';
import type { Sender } from '../accounts/sender.entity.js';
import { SenderPacing } from '../pace/sender-pace.service.js';

/** An operator pauses a number and resumes it. */
@Injectable()
export class SenderSwitch {
  constructor(
    private readonly pace: SenderPacing,
    private readonly events: SenderEvents,
  ) {}

  /** Before the number is changed: resumed by hand, it sends at its full rate again. */
  async prepare(tx: EntityManager, senderId: string, status: SenderStatus | undefined): Promise<void> {
    if (status === 'active') await this.pace.release(tx, senderId);
  }

  async switched(tx: EntityManager, { id, organizationId, status }: Sender): Promise<void> {
    await this.events.changed(tx, [{ id, organizationId, status }]);
  }
}
