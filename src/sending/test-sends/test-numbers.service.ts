import { Injectable } from '@nestjs/common';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { Consents } from '../../customers/consent/consent.service.js';
import { numberIdentity, waIdVariants } from '../../rules/phone/number-variants.js';
import { isUsNumber } from '../../rules/phone/phone-country.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';
import { WhatsappSettings } from '../../whatsapp/whatsapp-settings.js';
import { Database } from '../../platform/database/database.js';
import { unsubscribedAmong } from './test-sends.queries.js';

export interface JudgedNumber {
  /** In E.164; as given when it is not a phone number. */
  phoneNumber: string;
  /** Why it gets no test; null: it gets one. */
  refusal: string | null;
}

/** Which numbers get a test: the rules for recipients, except consent, which the organization's own staff never gave. */
@Injectable()
export class TestNumbers {
  constructor(
    private readonly database: Database,
    private readonly settings: OrganizationSettingsStore,
    private readonly consent: Consents,
    private readonly whatsapp: WhatsappSettings,
  ) {}

  async judge(
    organizationId: string,
    inputs: readonly string[],
    isMarketing: boolean,
  ): Promise<JudgedNumber[]> {
    const { defaultCountry } = await this.settings.get(organizationId);
    const phones = inputs.map((input) => normalizePhone(input, defaultCountry ?? undefined));
    const numbers = phones.flatMap((phone) => (phone.ok ? [phone.e164] : []));
    const optedOut = await this.optedOutAmong(organizationId, numbers);
    const seen = new Set<string>();
    const judge = (number: string): string | null => {
      const person = numberIdentity(number);
      if (seen.has(person)) return 'Given twice';
      seen.add(person);
      if (optedOut.has(number)) return 'User unsubscribed';
      const isRestricted = isMarketing && this.whatsapp.usMarketing === 'skip' && isUsNumber(number);
      return isRestricted ? 'Meta does not deliver marketing to numbers in the United States' : null;
    };
    return phones.map((phone, place) =>
      phone.ok
        ? { phoneNumber: phone.e164, refusal: judge(phone.e164) }
        : { phoneNumber: inputs[place] ?? '', refusal: phone.reason },
    );
  }

  private async optedOutAmong(organizationId: string, numbers: readonly string[]): Promise<Set<string>> {
    const { manager } = this.database;
    const suppressed = await this.consent.suppressedAmong(manager, organizationId, numbers);
    const spellings = numbers.flatMap(waIdVariants);
    const unsubscribed = await unsubscribedAmong(manager, organizationId, spellings);
    const isOut = (number: string) =>
      suppressed.has(number) || waIdVariants(number).some((spelling) => unsubscribed.has(spelling));
    return new Set(numbers.filter(isOut));
  }
}
