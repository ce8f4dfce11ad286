import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { OrganizationSettingsService } from '../../access/organizations/organization-settings.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { decodeCursor, encodeCursor, pageOf } from '../../platform/http/paging.js';
import { invalidFields } from '../../platform/http/validation.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { ConsentService, type ConsentStatement } from '../consent/consent.service.js';
import {
  type CreateCustomerDto,
  CustomerDetailsDto,
  CustomerDto,
  type CustomerFilterQuery,
  type CustomerPageDto,
  type CustomersQuery,
  type UpdateCustomerDto,
} from './customer.dto.js';
import * as queries from '../profiles/profiles.queries.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';
import { tidyTags, tidyText } from '../profiles/profile-fields.js';
import { ServiceWindows } from './service-windows.js';

/** Who asks: their key is kept with every consent they record. */
export interface Actor {
  organizationId: string;
  keyId: string;
}

@Injectable()
export class CustomersService {
  constructor(
    private readonly database: Database,
    private readonly consent: ConsentService,
    private readonly settings: OrganizationSettingsService,
    private readonly windows: ServiceWindows,
    private readonly clock: Clock,
  ) {}

  async create(actor: Actor, wanted: CreateCustomerDto): Promise<CustomerDto> {
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
      // Somebody there already may be deleted before we look who it was, and is then no reason to refuse.
      while (!(await queries.insertProfile(tx, organizationId, values))) {
        await this.assertFree(tx, organizationId, values);
      }
      await this.consent.settle(tx, organizationId, [id]);
      await this.recordWish(tx, actor, id, wanted.marketingOptIn);
      return this.answer(tx, organizationId, id, consentPolicy);
    });
  }

  async get(organizationId: string, id: string): Promise<CustomerDetailsDto> {
    const { consentPolicy } = await this.settings.get(organizationId);
    const customer = await this.answer(this.database.manager, organizationId, id, consentPolicy);
    return CustomerDetailsDto.with(customer, await this.windows.closesAt(organizationId, id));
  }

  async list(organizationId: string, query: CustomersQuery): Promise<CustomerPageDto> {
    const { manager } = this.database;
    const { consentPolicy, defaultCountry } = await this.settings.get(organizationId);
    const filter = filterOf(query, defaultCountry);
    const { page, limit, offset } = pageOf(query);
    const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ['uuid'])[0]);
    const rows = await queries.listProfiles(manager, organizationId, filter, {
      before,
      limit: limit + 1,
      offset: before === undefined ? offset : 0,
    });
    const data = rows.slice(0, limit).map((row) => CustomerDto.of(row, consentPolicy));
    const last = data.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
    if (before !== undefined) return { data, limit, nextCursor };
    return {
      data,
      page,
      limit,
      total: await queries.countProfiles(manager, organizationId, filter),
      nextCursor,
    };
  }

  /** The filter of a list, for others that go through the same rows. */
  async filter(organizationId: string, query: CustomerFilterQuery): Promise<queries.CustomerFilter> {
    return filterOf(query, (await this.settings.get(organizationId)).defaultCountry);
  }

  async update(actor: Actor, id: string, changes: UpdateCustomerDto): Promise<CustomerDto> {
    const { organizationId } = actor;
    return this.database.transaction(async (tx) => {
      const { defaultCountry, consentPolicy } = await this.settings.get(organizationId, tx);
      const known = await queries.lockProfile(tx, organizationId, id);
      if (known === undefined) throw notFound('customer', id);
      const values = withFields(known, changes, defaultCountry);
      if (values.whatsappPhone === null && values.whatsappUserId === null) {
        throw invalidFields([{ field: 'phoneNumber', message: 'cannot go: nothing else says who this is' }]);
      }
      const isKnownOtherwise =
        values.whatsappPhone !== known.whatsappPhone || values.whatsappUserId !== known.whatsappUserId;
      if (isKnownOtherwise) await this.assertFree(tx, organizationId, values);
      await queries.updateProfile(tx, organizationId, {
        ...values,
        attributes: changes.attributes,
        updatedAt: this.clock.now(),
      });
      if (isKnownOtherwise) await this.consent.settle(tx, organizationId, [id]);
      await this.recordWish(tx, actor, id, changes.marketingOptIn);
      return this.answer(tx, organizationId, id, consentPolicy);
    });
  }

  /** What the person refused stays refused: the suppression under their number outlives the profile. */
  async delete(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.consent.settle(tx, organizationId, [id]);
      if (!(await queries.deleteProfile(tx, organizationId, id))) throw notFound('customer', id);
    });
  }

  async recordConsent(
    actor: Actor,
    id: string,
    statement: Pick<ConsentStatement, 'kind' | 'source' | 'evidence'> & { at: Date | undefined },
  ): Promise<CustomerDto> {
    const { organizationId, keyId } = actor;
    const { at = this.clock.now(), ...said } = statement;
    if (at.getTime() > this.clock.now().getTime()) {
      throw new DomainError(
        'rule',
        'consent_in_future',
        'Consent cannot be given or taken back in the future.',
      );
    }
    return this.database.transaction(async (tx) => {
      await this.consent.recordConsent(tx, organizationId, {
        ...said,
        profileId: id,
        occurredAt: at,
        keyId,
      });
      const { consentPolicy } = await this.settings.get(organizationId, tx);
      return this.answer(tx, organizationId, id, consentPolicy);
    });
  }

  private async recordWish(
    tx: EntityManager,
    { organizationId, keyId }: Actor,
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
    });
  }

  private async answer(
    db: EntityManager,
    organizationId: string,
    id: string,
    policy: ConsentPolicy,
  ): Promise<CustomerDto> {
    const profile = await queries.findProfile(db, organizationId, id);
    if (profile === undefined) throw notFound('customer', id);
    return CustomerDto.of(profile, policy);
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
    const detail = `There is a customer with this ${numbers.includes(other.whatsappPhone ?? '') ? 'phone number' : 'user id'} already: ${other.id}.`;
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

/** The profile with what is given in place of what was; a field that is left out stays. */
function withFields(
  profile: Omit<queries.ProfileValues, 'attributes'>,
  given: UpdateCustomerDto,
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

/** A wa_id is another spelling of the number, never another number; it goes when the number changes. */
function waIdOf(given: string | null | undefined, old: string | null, phone: string | null): string | null {
  const belongs = (waId: string): boolean => phone !== null && waIdVariants(phone).includes(`+${waId}`);
  if (given === undefined) return old !== null && belongs(old) ? old : null;
  if (given !== null && !belongs(given)) {
    throw invalidFields([{ field: 'waId', message: 'is not a spelling of the phone number' }]);
  }
  return given;
}

function filterOf(query: CustomerFilterQuery, defaultCountry: string | null): queries.CustomerFilter {
  const { search, tier, city, state, zipcode, tag, subscription, isActive, createdFrom, createdTo } = query;
  return {
    ...(search === undefined ? {} : searched(search, defaultCountry)),
    ...(tier === undefined ? {} : { tier }),
    ...(city === undefined ? {} : { city }),
    ...(state === undefined ? {} : { state }),
    ...(zipcode === undefined ? {} : { zipcode }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(isActive === undefined ? {} : { isActive }),
    ...(createdFrom === undefined ? {} : { createdFrom: new Date(createdFrom) }),
    ...(createdTo === undefined ? {} : { createdTo: new Date(createdTo) }),
  };
}

function searched(
  search: string,
  defaultCountry: string | null,
): Pick<queries.CustomerFilter, 'search' | 'digits' | 'numbers'> {
  const digits = search.replace(/[\s+().-]/g, '');
  if (!/^\d{3,15}$/.test(digits)) return { search };
  const phone = normalizePhone(search, defaultCountry ?? undefined);
  return { search, digits, ...(phone.ok ? { numbers: waIdVariants(phone.e164) } : {}) };
}
