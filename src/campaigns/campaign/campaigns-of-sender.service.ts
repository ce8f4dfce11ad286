import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { SenderUse } from '../../senders/directory/sender-use.js';
import * as queries from './campaigns.queries.js';

@Injectable()
export class CampaignsOfSender extends SenderUse {
  constructor(private readonly database: Database) {
    super();
  }

  override async campaignNames(organizationId: string, senderId: string): Promise<string[]> {
    return queries.namesBySender(this.database.manager, organizationId, senderId);
  }
}
