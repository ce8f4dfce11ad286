import { Injectable } from '@nestjs/common';
import { Customers } from '../../customers/people/customers.service.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import type { MessagePurpose } from '../log/message-state.js';
import type { MessageStatus } from './message-status.js';
import * as queries from './listed-messages.queries.js';

export type { ListedMessage } from './listed-messages.queries.js';

/** A filter as callers state it. */
export interface MessageSearch {
  customerId?: string | undefined;
  purpose?: MessagePurpose | undefined;
  status?: MessageStatus | undefined;
}

/** The outgoing messages, those that still wait included. */
@Injectable()
export class ListedMessages {
  constructor(
    private readonly database: Database,
    private readonly customers: Customers,
  ) {}

  async filter(organizationId: string, search: MessageSearch): Promise<queries.MessageFilter> {
    const { customerId, purpose, status } = search;
    return {
      organizationId,
      ...(purpose === undefined ? {} : { purpose }),
      ...(status === undefined ? {} : { status }),
      ...(customerId === undefined ? {} : { person: await this.personOf(organizationId, customerId) }),
    };
  }

  async list(filter: queries.MessageFilter, place: queries.MessagePlace): Promise<queries.ListedMessage[]> {
    return queries.listMessages(this.database.manager, filter, place);
  }

  async count(filter: queries.MessageFilter): Promise<number> {
    return queries.countMessages(this.database.manager, filter);
  }

  async get(organizationId: string, id: string): Promise<queries.ListedMessage> {
    const first = { before: undefined, limit: 1, offset: 0 };
    const [message] = await this.list({ organizationId, id }, first);
    if (message === undefined) throw notFound('message', id);
    return message;
  }

  private async personOf(
    organizationId: string,
    customerId: string,
  ): Promise<NonNullable<queries.MessageFilter['person']>> {
    const { profile } = (await this.customers.get(organizationId, customerId)).customer;
    const { whatsappPhone: phone, whatsappUserId: userId } = profile;
    return { customerId, numbers: phone === null ? [] : waIdVariants(phone), userId };
  }
}
