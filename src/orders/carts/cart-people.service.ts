import { Injectable } from '@nestjs/common';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { Customers } from '../../customers/people/customers.service.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';

export interface CartPerson {
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
}

/** The person that a caller builds a cart for. */
@Injectable()
export class CartPeople {
  constructor(
    private readonly customers: Customers,
    private readonly settings: OrganizationSettingsStore,
  ) {}

  async of(
    organizationId: string,
    { phoneNumber, customerId }: { phoneNumber?: string; customerId?: string },
  ): Promise<CartPerson> {
    if ((phoneNumber === undefined) === (customerId === undefined)) {
      throw invalidFields([{ field: 'phoneNumber', message: 'give exactly one of phoneNumber, customerId' }]);
    }
    return customerId === undefined
      ? this.number(organizationId, phoneNumber ?? '')
      : this.customer(organizationId, customerId);
  }

  private async number(organizationId: string, input: string): Promise<CartPerson> {
    const { defaultCountry } = await this.settings.get(organizationId);
    const phone = normalizePhone(input, defaultCountry ?? undefined);
    if (!phone.ok) throw invalidFields([{ field: 'phoneNumber', message: phone.reason }]);
    const profile = await this.customers.knownAs(organizationId, { phone: phone.e164 });
    return {
      phoneNumber: profile?.whatsappPhone ?? phone.e164,
      whatsappUserId: profile?.whatsappUserId ?? null,
      customerId: profile?.id ?? null,
    };
  }

  private async customer(organizationId: string, customerId: string): Promise<CartPerson> {
    const { profile } = (await this.customers.get(organizationId, customerId)).customer;
    const { whatsappPhone: phoneNumber, whatsappUserId } = profile;
    if (phoneNumber !== null || whatsappUserId !== null) return { phoneNumber, whatsappUserId, customerId };
    const detail = 'This customer has neither a number nor a user id of WhatsApp.';
    throw new DomainError('rule', 'no_address', detail);
  }
}
