import { Injectable } from '@nestjs/common';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { Customers } from '../../customers/people/customers.service.js';
import type { UserProfile } from '../../customers/profiles/user-profile.entity.js';
import { Database } from '../../platform/database/database.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';
import type { Addressee } from '../../whatsapp/payloads/message-payload.js';
import { Conversations } from '../conversations/conversations.service.js';
import * as queries from './listed-messages.queries.js';

/** Who a message goes to. */
export interface Addressed {
  to: Addressee;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
  profile: UserProfile | null;
}

const OUR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds the person and the message that a request names. */
@Injectable()
export class MessageAddressees {
  constructor(
    private readonly database: Database,
    private readonly customers: Customers,
    private readonly settings: OrganizationSettingsStore,
    private readonly conversations: Conversations,
  ) {}

  async of(
    organizationId: string,
    {
      phoneNumber,
      customerId,
      whatsappUserId,
    }: { phoneNumber?: string; customerId?: string; whatsappUserId?: string },
  ): Promise<Addressed> {
    const given = [phoneNumber, customerId, whatsappUserId].filter((one) => one !== undefined);
    if (given.length !== 1) {
      const message = 'give exactly one of phoneNumber, customerId, whatsappUserId';
      throw invalidFields([{ field: 'to', message }]);
    }
    if (customerId !== undefined) return this.customer(organizationId, customerId);
    if (phoneNumber !== undefined) return this.number(organizationId, phoneNumber);
    const userId = whatsappUserId ?? '';
    const profile = (await this.customers.knownAs(organizationId, { userId })) ?? null;
    const about = { customerId: profile?.id ?? null, profile };
    return { to: { userId }, phoneNumber: null, whatsappUserId: userId, ...about };
  }

  /** Meta's id of the message that is answered. */
  async repliedTo(organizationId: string, id: string | undefined): Promise<string | undefined> {
    if (id === undefined || !OUR_ID.test(id)) return id;
    const message = await queries.wamidOf(this.database.manager, organizationId, id);
    if (message === undefined) throw notFound('message', id);
    if (message.wamid !== null) return message.wamid;
    const detail = 'Meta does not know the message yet, so nothing can answer it.';
    throw new DomainError('rule', 'message_not_sent', detail);
  }

  /** For a message without a template. */
  async assertOpen(senderId: string, { phoneNumber, whatsappUserId }: Addressed, at: Date): Promise<void> {
    const contacts = [phoneNumber, whatsappUserId].filter((contact) => contact !== null);
    const open = await this.conversations.openAmong(this.database.manager, senderId, contacts, at);
    if (open.size > 0) return;
    const detail =
      'The person has not written to this sender in the last 24 hours. Until they do, only a template can be sent.';
    throw new DomainError('rule', 'window_closed', detail);
  }

  private async customer(organizationId: string, id: string): Promise<Addressed> {
    const { profile } = (await this.customers.get(organizationId, id)).customer;
    const { whatsappPhone: phone, whatsappUserId: userId } = profile;
    const about = { phoneNumber: phone, whatsappUserId: userId, customerId: id, profile };
    if (phone !== null) return { to: { phone }, ...about };
    return { to: { userId: userId ?? '' }, ...about };
  }

  private async number(organizationId: string, input: string): Promise<Addressed> {
    const { defaultCountry } = await this.settings.get(organizationId);
    const phone = normalizePhone(input, defaultCountry ?? undefined);
    if (!phone.ok) throw invalidFields([{ field: 'to.phoneNumber', message: phone.reason }]);
    const { e164 } = phone;
    const profile = (await this.customers.knownAs(organizationId, { phone: e164 })) ?? null;
    const about = {
      whatsappUserId: profile?.whatsappUserId ?? null,
      customerId: profile?.id ?? null,
      profile,
    };
    return { to: { phone: e164 }, phoneNumber: e164, ...about };
  }
}
