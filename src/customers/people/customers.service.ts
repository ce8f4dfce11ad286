import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { invalidFields } from '../../platform/http/validation.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { countEvents, type ListedEvent, listEvents } from '../consent/consent.queries.js';
import { Consents, type ConsentStatement } from '../consent/consent.service.js';
import { hasConsent } from '../consent/mailable.js';
import * as queries from '../profiles/profiles.queries.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import type { Principal } from '../../platform/http/principal.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';
import { type TextField, tidyTags, tidyText } from '../profiles/profile-fields.js';
import type { UserProfile } from '../profiles/user-profile.entity.js';
import type { Precondition } from '../../platform/http/entity-tag.js';
import { customerTag } from './customer-tag.js';
import { CustomerEvents } from './customer-events.service.js';
import { ServiceWindows } from './service-windows.js';

/** The caller, a key or a person: stored with every consent they record. */
export type Actor = Pick<Principal, 'organizationId' | 'keyId' | 'userId'>;

/** What to set on a customer. An omitted field stays as it is; null empties it. */
export interface CustomerFields extends Partial<Record<TextField, string | null>> {
  phoneNumber?: string | null;
  waId?: string | null;
  whatsappUserId?: string | null;
  tags?: string[];
  attributes?: Record<string, unknown>;
  isActive?: boolean;
  /** An opt-in or opt-out given together with the fields. */
  marketingOptIn?: boolean;
}

export interface Customer {
  profile: UserProfile;
  /** Under the consent policy of the organization. */
  hasConsent: boolean;
}

/** A filter as callers state it. */
export type CustomerSearch = Omit<queries.CustomerFilter, 'digits' | 'numbers'>;

interface ListPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

@Injectable()
export class Customers {
  constructor(
    private readonly database: Database,
    private readonly consent: Consents,
    private readonly settings: OrganizationSettingsStore,
    private readonly windows: ServiceWindows,
    private readonly events: CustomerEvents,
    private readonly clock: Clock,
  ) {}

  async create(actor: Actor, wanted: CustomerFields): Promise<Customer> {
    const { organizationId } = actor;
    return this.database.transaction(async (tx) => {
      const { defaultCountry, consentPolicy } = await this.settings.get(organizationId, tx);
      const now = this.clock.now();
      const id = uuidV7();
      const blank = { ...BLANK, id, createdAt: now, updatedAt: now };
      const values = { ...withFields(blank, wanted, defaultCountry), attributes: wanted.attributes ?? {} };
      if (values.whatsappPhone === null && values.whatsappUserId === null) {
        throw invalidFields([{ field: 'phoneNumber', message: 'must be given, or whatsappUserId' }]);
      }
      // The existing profile may be deleted before we look it up; then nothing stands in the way.
      while (!(await queries.insertProfile(tx, organizationId, values))) {
        await this.assertFree(tx, organizationId, values);
      }
      await this.consent.settle(tx, organizationId, [id]);
      await this.recordWish(tx, actor, id, wanted.marketingOptIn);
      const customer = await this.read(tx, organizationId, id, consentPolicy);
      await this.events.created(tx, customer, now);
      return customer;
    });
  }

  async get(
    organizationId: string,
    id: string,
  ): Promise<{ customer: Customer; windowClosesAt: Date | null }> {
    const { consentPolicy } = await this.settings.get(organizationId);
    const customer = await this.read(this.database.manager, organizationId, id, consentPolicy);
    return { customer, windowClosesAt: await this.windows.closesAt(organizationId, id) };
  }

  /** The customer behind a number or a user id, if there is one. */
  async knownAs(
    organizationId: string,
    { phone = null, userId = null }: { phone?: string | null; userId?: string | null },
  ): Promise<UserProfile | undefined> {
    const numbers = phone === null ? [] : waIdVariants(phone);
    return queries.findKnownAs(this.database.manager, organizationId, numbers, userId);
  }

  /** Those of the ids that are customers of the organization. */
  async existing(
    db: EntityManager,
    organizationId: string,
    ids: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const profiles = await queries.findProfiles(db, organizationId, ids);
    return new Set(profiles.map(({ id }) => id));
  }

  /** Reads a phone number in the search as the organization's country writes it. */
  async filter(organizationId: string, search: CustomerSearch): Promise<queries.CustomerFilter> {
    if (search.search === undefined) return search;
    const { defaultCountry } = await this.settings.get(organizationId);
    return { ...search, ...numberIn(search.search, defaultCountry) };
  }

  /** Newest first, from the row after `before`. */
  async list(organizationId: string, filter: queries.CustomerFilter, place: ListPlace): Promise<Customer[]> {
    const { consentPolicy } = await this.settings.get(organizationId);
    const profiles = await queries.listProfiles(this.database.manager, organizationId, filter, place);
    return profiles.map((profile) => customerOf(profile, consentPolicy));
  }

  async count(organizationId: string, filter: queries.CustomerFilter): Promise<number> {
    return queries.countProfiles(this.database.manager, organizationId, filter);
  }

  async update(
    actor: Actor,
    id: string,
    changes: CustomerFields,
    precondition?: Precondition,
  ): Promise<Customer> {
    const { organizationId } = actor;
    return this.database.transaction(async (tx) => {
      const { defaultCountry, consentPolicy } = await this.settings.get(organizationId, tx);
      const known = await queries.lockProfile(tx, organizationId, id);
      if (known === undefined) throw notFound('customer', id);
      precondition?.assertMet(customerTag(known));
      const values = withFields(known, changes, defaultCountry);
      if (values.whatsappPhone === null && values.whatsappUserId === null) {
        throw invalidFields([
          {
            field: 'phoneNumber',
            message: 'cannot be removed: the customer has no whatsappUserId to be known by',
          },
        ]);
      }
      const isKnownOtherwise =
        values.whatsappPhone !== known.whatsappPhone || values.whatsappUserId !== known.whatsappUserId;
      if (isKnownOtherwise) await this.assertFree(tx, organizationId, values);
      const now = this.clock.now();
      const tagsBefore = [...known.tags];
      await queries.updateProfile(tx, organizationId, {
        ...values,
        attributes: changes.attributes,
        updatedAt: now,
      });
      if (isKnownOtherwise) await this.consent.settle(tx, organizationId, [id]);
      await this.recordWish(tx, actor, id, changes.marketingOptIn);
      const customer = await this.read(tx, organizationId, id, consentPolicy);
      await this.events.updated(tx, customer, now, tagsBefore);
      return customer;
    });
  }

  /**
   * Refusals stay in force: the suppression under the number outlives the profile. So does it that somebody must not be
   * written to because the customer is not active. Campaigns skip deleted customers when they come to them.
   */
  async delete({ organizationId, keyId, userId }: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const profile = await queries.lockProfile(tx, organizationId, id);
      if (profile === undefined) throw notFound('customer', id);
      await this.consent.settle(tx, organizationId, [id]);
      if (!profile.isActive) {
        const evidence = { reason: 'deleted while not active' };
        const statement = { kind: 'opt_out', source: 'api', evidence, keyId, userId } as const;
        const at = { occurredAt: this.clock.now(), isLatest: true };
        await this.consent.recordConsent(tx, organizationId, { ...statement, ...at, profileId: id });
      }
      if (!(await queries.deleteProfile(tx, organizationId, id))) throw notFound('customer', id);
    });
  }

  async recordConsent(
    actor: Actor,
    id: string,
    statement: Pick<ConsentStatement, 'kind' | 'source' | 'evidence'> & { at: Date | undefined },
  ): Promise<Customer> {
    const { organizationId, keyId, userId } = actor;
    const { at: statedAt, ...said } = statement;
    const at = statedAt ?? this.clock.now();
    if (at.getTime() > this.clock.now().getTime()) {
      throw new DomainError(
        'rule',
        'consent_in_future',
        'Consent cannot be given or withdrawn in the future.',
      );
    }
    return this.database.transaction(async (tx) => {
      await this.consent.recordConsent(tx, organizationId, {
        ...said,
        profileId: id,
        occurredAt: at,
        keyId,
        userId,
        isLatest: said.kind === 'opt_out' && statedAt === undefined,
      });
      const { consentPolicy } = await this.settings.get(organizationId, tx);
      return this.read(tx, organizationId, id, consentPolicy);
    });
  }

  /** Newest first, from the event after `before`. */
  async consentHistory(organizationId: string, id: string, place: ListPlace): Promise<ListedEvent[]> {
    const { manager } = this.database;
    if ((await queries.findProfile(manager, organizationId, id)) === undefined)
      throw notFound('customer', id);
    return listEvents(manager, organizationId, id, place);
  }

  async countConsentEvents(organizationId: string, id: string): Promise<number> {
    return countEvents(this.database.manager, organizationId, id);
  }

  private async recordWish(
    tx: EntityManager,
    { organizationId, keyId, userId }: Actor,
    profileId: string,
    wish: boolean | undefined,
  ): Promise<void> {
    if (wish === undefined) return;
    await this.consent.recordConsent(tx, organizationId, {
      profileId,
      kind: wish ? 'opt_in' : 'opt_out',
      source: 'api',
      evidence: {},
      occurredAt: this.clock.now(),
      keyId,
      userId,
      isLatest: !wish,
    });
  }

  private async read(
    db: EntityManager,
    organizationId: string,
    id: string,
    policy: ConsentPolicy,
  ): Promise<Customer> {
    const profile = await queries.findProfile(db, organizationId, id);
    if (profile === undefined) throw notFound('customer', id);
    return customerOf(profile, policy);
  }

  private async assertFree(
    tx: EntityManager,
    organizationId: string,
    { id, whatsappPhone, whatsappUserId }: queries.ProfileChange,
  ): Promise<void> {
    const numbers = whatsappPhone === null ? [] : waIdVariants(whatsappPhone);
    const others = await queries.findByIdentity(tx, organizationId, numbers, whatsappUserId);
    const other = others.find((profile) => profile.id !== id);
    if (other === undefined) return;
    const detail = `A customer with this ${numbers.includes(other.whatsappPhone ?? '') ? 'phone number' : 'user id'} already exists: ${other.id}.`;
    throw new DomainError('conflict', 'customer_exists', detail);
  }
}

const BLANK = {
  whatsappPhone: null,
  waId: null,
  whatsappUserId: null,
  username: null,
  displayName: null,
  email: null,
  address: null,
  city: null,
  state: null,
  zipcode: null,
  country: null,
  customerTier: null,
  tags: [],
  isActive: true,
  lastInboundAt: null,
};

/** The profile with the given fields in place of the old ones; omitted fields stay. */
function withFields(
  profile: Omit<queries.ProfileValues, 'attributes'>,
  given: CustomerFields,
  defaultCountry: string | null,
): Omit<queries.ProfileValues, 'attributes'> {
  const text = (field: Parameters<typeof tidyText>[0], old: string | null): string | null => {
    const value = given[field];
    return value === undefined ? old : value === null ? null : tidyText(field, value);
  };
  const whatsappPhone =
    given.phoneNumber === undefined
      ? profile.whatsappPhone
      : given.phoneNumber === null
        ? null
        : phoneOf(given.phoneNumber, defaultCountry);
  const { whatsappUserId = profile.whatsappUserId } = given;
  return {
    id: profile.id,
    whatsappPhone,
    waId: waIdOf(given.waId, profile.waId, whatsappPhone),
    whatsappUserId,
    username: text('username', profile.username),
    displayName: text('name', profile.displayName),
    email: text('email', profile.email),
    address: text('address', profile.address),
    city: text('city', profile.city),
    state: text('state', profile.state),
    zipcode: text('zipcode', profile.zipcode),
    country: text('country', profile.country),
    customerTier: text('customerTier', profile.customerTier),
    tags: given.tags === undefined ? profile.tags : tidyTags(given.tags),
    isActive: given.isActive ?? profile.isActive,
    lastInboundAt: profile.lastInboundAt,
    createdAt: profile.createdAt,
    updatedAt: profile.updatedAt,
  };
}

function phoneOf(input: string, defaultCountry: string | null): string {
  const phone = normalizePhone(input, defaultCountry ?? undefined);
  if (!phone.ok) throw invalidFields([{ field: 'phoneNumber', message: phone.reason }]);
  return phone.e164;
}

/** A wa_id is another spelling of the number, never another number; a change of number removes it. */
function waIdOf(given: string | null | undefined, old: string | null, phone: string | null): string | null {
  const belongs = (waId: string): boolean => phone !== null && waIdVariants(phone).includes(`+${waId}`);
  if (given === undefined) return old !== null && belongs(old) ? old : null;
  if (given !== null && !belongs(given)) {
    throw invalidFields([{ field: 'waId', message: 'is not a spelling of the phone number' }]);
  }
  return given;
}

function numberIn(
  search: string,
  defaultCountry: string | null,
): Pick<queries.CustomerFilter, 'digits' | 'numbers'> {
  const digits = search.replace(/[\s+().-]/g, '');
  if (!/^\d{3,15}$/.test(digits)) return {};
  const phone = normalizePhone(search, defaultCountry ?? undefined);
  return { digits, ...(phone.ok ? { numbers: waIdVariants(phone.e164) } : {}) };
}

function customerOf(profile: UserProfile, policy: ConsentPolicy): Customer {
  return { profile, hasConsent: hasConsent(profile, policy) };
}
