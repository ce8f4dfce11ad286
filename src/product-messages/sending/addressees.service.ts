import { Injectable } from '@nestjs/common';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { Consents } from '../../customers/consent/consent.service.js';
import { Conversations } from '../../messages/conversations/conversations.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';
import { profileWith } from './addressee.queries.js';

/** Time enough for the message to be on its way before the window closes. */
const LEAST_LEFT_MS = 60_000;

/** A person who may be written to. */
export interface Addressee {
  phone: string;
  userId: string | null;
  customerId: string | null;
  customer: Record<string, unknown> | null;
}

/** Reads a caller's `to`, and judges whether the person may be messaged. */
@Injectable()
export class Addressees {
  constructor(
    private readonly database: Database,
    private readonly settings: OrganizationSettingsStore,
    private readonly consents: Consents,
    private readonly conversations: Conversations,
    private readonly clock: Clock,
  ) {}

  async phoneOf(organizationId: string, to: string): Promise<string> {
    const { defaultCountry } = await this.settings.get(organizationId);
    const phone = normalizePhone(to, defaultCountry ?? undefined);
    if (phone.ok) return phone.e164;
    throw invalidFields([{ field: 'to', message: phone.reason }]);
  }

  /** Refuses people who said STOP, also when their profile is gone. */
  async of(organizationId: string, phone: string): Promise<Addressee> {
    const { manager } = this.database;
    const profile = await profileWith(manager, organizationId, waIdVariants(phone));
    const userId = profile?.whatsappUserId ?? null;
    const identities = userId === null ? [phone] : [phone, userId];
    const suppressed = await this.consents.suppressedAmong(manager, organizationId, identities);
    if (profile?.isUnsubscribed === true || suppressed.size > 0)
      throw refusal('The person is unsubscribed, or stopped messages before their profile was deleted.');
    if (profile?.isActive === false) throw refusal('The customer is not active.');
    return { phone, userId, customerId: profile?.id ?? null, customer: profile?.customer ?? null };
  }

  /** When the service window of this person with the sender closes; null: it is closed, or about to close. */
  async windowOf({ phone, userId }: Addressee, senderId: string): Promise<Date | null> {
    const contacts = userId === null ? [phone] : [phone, userId];
    const closesAt = await this.conversations.closesWith(this.database.manager, senderId, contacts);
    if (closesAt === null) return null;
    return closesAt.getTime() - this.clock.now().getTime() >= LEAST_LEFT_MS ? closesAt : null;
  }
}

function refusal(detail: string): DomainError {
  return new DomainError('rule', 'unsubscribed', detail, { errors: [{ field: 'to', message: detail }] });
}
