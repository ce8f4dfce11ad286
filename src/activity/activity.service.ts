import { Injectable } from '@nestjs/common';
import { Campaigns } from '../campaigns/campaign/campaigns.service.js';
import { Customers } from '../customers/people/customers.service.js';
import { Database } from '../platform/database/database.js';
import type { Principal } from '../platform/http/principal.js';
import { covers, type Scope } from '../platform/http/route-access.js';
import { waIdVariants } from '../rules/phone/number-variants.js';
import * as queries from './activity.queries.js';

interface Place {
  before: string | undefined;
  limit: number;
  offset: number;
}

/** A part may say more than the profile does: it takes the scope of its own list. */
const SCOPES: Readonly<Record<queries.ActivityPart, Scope>> = {
  messages: 'messages:read',
  campaigns: 'campaigns:read',
  orders: 'orders:read',
  consent: 'customers:read',
};

export interface Seen {
  person: queries.Person;
  parts: queries.ActivityPart[];
}

/** Everything that happened between the shop and one person, and what people answered to a campaign. */
@Injectable()
export class Activity {
  constructor(
    private readonly database: Database,
    private readonly customers: Customers,
    private readonly campaigns: Campaigns,
  ) {}

  /** Whose activity it is, and which parts of it this caller may see. */
  async of({ organizationId, scopes }: Principal, customerId: string): Promise<Seen> {
    const { profile } = (await this.customers.get(organizationId, customerId)).customer;
    const { whatsappPhone: phone, whatsappUserId: userId } = profile;
    return {
      person: { organizationId, customerId, numbers: phone === null ? [] : waIdVariants(phone), userId },
      parts: queries.ACTIVITY_PARTS.filter((part) => covers(scopes, SCOPES[part])),
    };
  }

  async list({ person, parts }: Seen, place: Place): Promise<queries.ActivityRow[]> {
    return queries.listActivity(this.database.manager, person, parts, place);
  }

  async count({ person, parts }: Seen): Promise<number> {
    return queries.countActivity(this.database.manager, person, parts);
  }

  async replies(of: queries.RepliesOf, place: Place): Promise<queries.ReplyRow[]> {
    return queries.listReplies(this.database.manager, of, place);
  }

  /** Of a campaign that exists. */
  async countReplies(of: queries.RepliesOf): Promise<number> {
    await this.campaigns.get(of.organizationId, of.campaignId);
    return queries.countReplies(this.database.manager, of);
  }
}
