import { Injectable } from '@nestjs/common';
import { ServiceWindows } from '../../customers/people/service-windows.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Conversations } from './conversations.service.js';

@Injectable()
export class CustomerWindows extends ServiceWindows {
  constructor(
    private readonly conversations: Conversations,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async closesAt(organizationId: string, customerId: string): Promise<Date | null> {
    return this.conversations.closesAt(this.database.manager, organizationId, customerId, this.clock.now());
  }
}
