import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { Customers } from '../../customers/people/customers.service.js';
import { type Contact, Identities } from '../../customers/people/identities.service.js';
import { CustomEvents } from '../../events/custom-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { checkToldEvent, type CheckedEvent, type Refusal, type ToldEvent } from './check-told-event.js';

export interface Recorded {
  recorded: number;
  duplicates: number;
  invalid: (Refusal & { index: number; id: string })[];
}

/** Takes the events of callers: each once by its id, for a customer, and the good ones of a list whatever the others are. */
@Injectable()
export class ToldEvents {
  constructor(
    private readonly database: Database,
    private readonly settings: OrganizationSettingsStore,
    private readonly customers: Customers,
    private readonly identities: Identities,
    private readonly events: CustomEvents,
    private readonly clock: Clock,
  ) {}

  async recordOne(organizationId: string, event: ToldEvent): Promise<Recorded> {
    const result = await this.record(organizationId, [event]);
    const [refusal] = result.invalid;
    if (refusal !== undefined) throw new DomainError('rule', refusal.code, refusal.message);
    return result;
  }

  async record(organizationId: string, told: readonly ToldEvent[]): Promise<Recorded> {
    const { defaultCountry } = await this.settings.get(organizationId);
    const now = this.clock.now();
    const checked = told.map((event) =>
      checkToldEvent(event, { now, defaultCountry: defaultCountry ?? undefined }),
    );
    return this.database.transaction((tx) => this.recordIn(tx, organizationId, told, checked));
  }

  private async recordIn(
    tx: EntityManager,
    organizationId: string,
    told: readonly ToldEvent[],
    checked: readonly (CheckedEvent | Refusal)[],
  ): Promise<Recorded> {
    const named = checked.flatMap((one) =>
      'event' in one && one.customerId !== null ? [one.customerId] : [],
    );
    const known = await this.customers.existing(tx, organizationId, named);
    const invalid: Recorded['invalid'] = [];
    const good: CheckedEvent[] = [];
    for (const [index, one] of checked.entries()) {
      const refusal = 'event' in one ? unknownPerson(one, known) : one;
      if (refusal !== undefined) invalid.push({ index, id: told[index]?.id ?? '', ...refusal });
      else if ('event' in one) good.push(one);
    }
    // Under one id twice in a list: the first counts.
    const byId = new Map(good.toReversed().map((one) => [one.event.id, one]));
    const taken = await this.events.takeIds(tx, organizationId, [...byId.keys()]);
    const fresh = good.filter((one) => byId.get(one.event.id) === one && taken.has(one.event.id));
    const people = await this.peopleOf(tx, organizationId, fresh);
    await this.events.record(
      tx,
      organizationId,
      fresh.map(({ event, customerId, contact }) => ({
        ...event,
        customerId: customerId ?? people.get(contact) ?? neverHappens(),
      })),
    );
    return { recorded: fresh.length, duplicates: good.length - fresh.length, invalid };
  }

  /** Only for events that are new: a repeated one must not bring back a customer who was deleted since. */
  private async peopleOf(
    tx: EntityManager,
    organizationId: string,
    fresh: readonly CheckedEvent[],
  ): Promise<Map<Contact | null, string>> {
    const contacts = fresh.flatMap(({ contact }) => contact ?? []);
    if (contacts.length === 0) return new Map();
    const profiles = await this.identities.findOrCreateAll(tx, organizationId, contacts);
    return new Map(contacts.map((contact, place) => [contact, profiles[place]?.id ?? neverHappens()]));
  }
}

function unknownPerson({ customerId }: CheckedEvent, known: ReadonlySet<string>): Refusal | undefined {
  if (customerId === null || known.has(customerId)) return undefined;
  return { code: 'person_unknown', message: `There is no customer ${customerId}.` };
}

function neverHappens(): never {
  throw new TypeError('every contact has a profile');
}
