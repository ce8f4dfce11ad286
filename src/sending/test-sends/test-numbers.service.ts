import { Inject, Injectable } from '@nestjs/common';
import { OrganizationSettingsService } from '../../access/organizations/organization-settings.service.js';
import { ConsentService } from '../../customers/consent/consent.service.js';
import { numberIdentity, waIdVariants } from '../../rules/phone/number-variants.js';
import { isUsNumber } from '../../rules/phone/phone-country.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Database } from '../../platform/database/database.js';
import { unsubscribedAmong } from './test-sends.queries.js';

export interface JudgedNumber {
  /** In its one spelling; as given when it is no number. */
  phoneNumber: string;
  /** Why it gets no test; null: it may get one. */
  refusal: string | null;
}

/** Who may get a test: the rules for recipients, but for a consent that the organization's own people never gave. */
@Injectable()
export class TestNumbers {
  constructor(
    private readonly database: Database,
    private readonly settings: OrganizationSettingsService,
    private readonly consent: ConsentService,
    @Inject(CONFIG) private readonly config: Config,
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
      const isRestricted = isMarketing && this.config.usMarketing === 'skip' && isUsNumber(number);
      return isRestricted ? 'Meta delivers no marketing to numbers of the United States' : null;
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
