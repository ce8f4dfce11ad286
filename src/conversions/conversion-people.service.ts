import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Identities } from '../customers/people/identities.service.js';
import { ProfileMerges } from '../customers/people/profile-merges.service.js';
import { LinkTokens } from '../links/link-tokens.service.js';
import { type NamedUnit, recipientsOfUnits } from './attribution.queries.js';
import type { CheckedConversion, ConversionRefusal } from './check-conversion.js';
import type { Attribution } from './conversion.js';
import { passOn, phonesOf } from './conversions.queries.js';

const TOKEN_MS = 30 * 24 * 60 * 60 * 1_000;
/** What happened before the message was not led to by it; the caller's clock may be slow. */
const CLOCKS_DIFFER_MS = 5 * 60 * 1_000;

export interface ConversionPerson {
  customerId: string | null;
  phone: string | null;
  /** What a link of ours says, whatever the windows are. */
  named: Attribution | null;
}

/** Finds out whose conversions they are. */
@Injectable()
export class ConversionPeople implements OnModuleInit {
  constructor(
    private readonly identities: Identities,
    private readonly merges: ProfileMerges,
    private readonly tokens: LinkTokens,
  ) {}

  onModuleInit(): void {
    this.merges.follow((tx, { organizationId, ...merged }) => passOn(tx, organizationId, merged));
  }

  /** In their order. A number that is not known becomes a customer without an opt-in, as with other events. */
  async of(
    tx: EntityManager,
    organizationId: string,
    conversions: readonly CheckedConversion[],
  ): Promise<(ConversionPerson | ConversionRefusal)[]> {
    const units = await this.unitsOf(tx, organizationId, conversions);
    const contacts = conversions.flatMap(({ contact }) => contact ?? []);
    const profiles =
      contacts.length === 0 ? [] : await this.identities.findOrCreateAll(tx, organizationId, contacts);
    const byContact = new Map(contacts.map((contact, place) => [contact, profiles[place]]));
    const asked = conversions.flatMap(({ customerId }) => customerId ?? []);
    const phones = await phonesOf(tx, organizationId, [
      ...new Set([...asked, ...[...units.values()].flatMap((unit) => unit?.customerId ?? [])]),
    ]);
    return conversions.map((one) => {
      if (one.clickToken !== null) return this.named(one, units, phones);
      if (one.contact !== null) {
        const profile = byContact.get(one.contact);
        if (profile === undefined) throw new TypeError('every contact has a profile');
        return { customerId: profile.id, phone: profile.whatsappPhone, named: null };
      }
      const { customerId } = one;
      if (customerId === null || !phones.has(customerId)) {
        return { code: 'person_unknown', message: `There is no customer ${customerId}.` };
      }
      return { customerId, phone: phones.get(customerId) ?? null, named: null };
    });
  }

  /** By token; null: ours, but its message is gone. */
  private async unitsOf(
    tx: EntityManager,
    organizationId: string,
    conversions: readonly CheckedConversion[],
  ): Promise<Map<string, NamedUnit | null>> {
    const read = conversions.flatMap(({ clickToken }) => {
      const target = clickToken === null ? undefined : this.tokens.read(clickToken);
      return clickToken === null || target === undefined ? [] : [{ clickToken, unit: target.unit }];
    });
    if (read.length === 0) return new Map();
    const found = await recipientsOfUnits(tx, organizationId, [...new Set(read.map(({ unit }) => unit))]);
    const byUnit = new Map(found.map((one) => [one.unit, one]));
    return new Map(read.map(({ clickToken, unit }) => [clickToken, byUnit.get(unit) ?? null]));
  }

  private named(
    { clickToken, occurredAt }: CheckedConversion,
    units: ReadonlyMap<string, NamedUnit | null>,
    phones: ReadonlyMap<string, string | null>,
  ): ConversionPerson | ConversionRefusal {
    const unit = units.get(clickToken ?? '');
    if (unit === undefined) {
      return { code: 'click_token_unknown', message: 'clickToken is none of ours.' };
    }
    if (unit === null) return { customerId: null, phone: null, named: null };
    const { customerId, sentAt, clickedAt, recipientId, campaignId, variant, messageId } = unit;
    const person = { customerId, phone: phones.get(customerId ?? '') ?? null };
    const age = occurredAt.getTime() - sentAt.getTime();
    const isInTime = age >= -CLOCKS_DIFFER_MS && age <= TOKEN_MS;
    const touchedAt = clickedAt !== null && clickedAt <= occurredAt ? clickedAt : occurredAt;
    const attribution = { touch: 'click' as const, touchedAt, recipientId, campaignId, variant, messageId };
    return { ...person, named: isInTime ? attribution : null };
  }
}
