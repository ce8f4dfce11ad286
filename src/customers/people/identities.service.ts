import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { copyEvents } from '../consent/consent.queries.js';
import { ConsentService } from '../consent/consent.service.js';
import * as queries from '../profiles/profiles.queries.js';
import { mergeAttributes } from '../profiles/merge-attributes.js';
import { canonicalNumber, fromWaId, waIdVariants } from '../../rules/phone/number-variants.js';
import { TEXT_FIELDS, tidyTags, tidyText } from '../profiles/profile-fields.js';
import type { UserProfile } from '../profiles/user-profile.entity.js';

/** What a message or a status says about who it is from. At least one of the first three is given. */
export interface Contact {
  /** E.164. */
  phone?: string | null;
  /** Meta's form of the number, digits only. */
  waId?: string | null;
  /** Business-scoped user id; changes when the person changes their number. */
  userId?: string | null;
  username?: string | null;
  name?: string | null;
}

export interface FoundProfile {
  profile: UserProfile;
  isNew: boolean;
  /** A second profile that turned out to be the same person; it is gone, and what referred to it refers to nobody. */
  mergedId: string | null;
}

/** As far as anything of it is known. */
export interface KnownPerson {
  profileId: string | null;
  /** E.164, of the profile if not of the contact. */
  phone: string | null;
  userId: string | null;
}

/** Finds the one profile of a person by any of the names Meta has for them. */
@Injectable()
export class IdentitiesService {
  constructor(
    private readonly consent: ConsentService,
    private readonly clock: Clock,
  ) {}

  async findOrCreateByContact(
    tx: EntityManager,
    organizationId: string,
    contact: Contact,
  ): Promise<FoundProfile> {
    const { waId = null, userId = null } = contact;
    const phone = phoneOf(contact);
    if (phone === null && userId === null) throw new TypeError('a contact without any identity');
    const numbers = phone === null ? [] : waIdVariants(phone);
    for (;;) {
      const found = await queries.lockByIdentity(tx, organizationId, numbers, userId);
      const byPhone = found.find(({ whatsappPhone }) => numbers.includes(whatsappPhone ?? ''));
      const byUserId = found.find(({ whatsappUserId }) => userId !== null && whatsappUserId === userId);
      const known = byPhone ?? byUserId;
      if (known !== undefined) {
        const mergedId = await this.merge(tx, organizationId, known, byUserId);
        const whole = mergedId === null ? known : await this.read(tx, organizationId, known.id);
        const profile = await this.complete(tx, organizationId, whole, { ...contact, phone, waId, userId });
        return { profile, isNew: false, mergedId };
      }
      const id = await this.create(tx, organizationId, { ...contact, phone, waId, userId });
      // Null: somebody else has just made them; they are found in the next round.
      if (id !== null)
        return { profile: await this.read(tx, organizationId, id), isNew: true, mergedId: null };
    }
  }

  /** What is known of people, in their order, without making or changing anybody. */
  async known(
    db: EntityManager,
    organizationId: string,
    contacts: readonly Contact[],
  ): Promise<KnownPerson[]> {
    const people = contacts.map((contact) => ({ phone: phoneOf(contact), userId: contact.userId ?? null }));
    const numbers = people.flatMap(({ phone }) => (phone === null ? [] : waIdVariants(phone)));
    const userIds = people.flatMap(({ userId }) => userId ?? []);
    const profiles = await queries.profilesKnownBy(db, organizationId, numbers, userIds);
    const byPhone = new Map(profiles.map((profile) => [profile.whatsappPhone, profile]));
    const byUserId = new Map(profiles.map((profile) => [profile.whatsappUserId, profile]));
    return people.map(({ phone, userId }) => {
      const spellings = phone === null ? [] : waIdVariants(phone);
      const spelled = spellings.find((one) => byPhone.has(one));
      const profile =
        spelled === undefined ? (userId === null ? undefined : byUserId.get(userId)) : byPhone.get(spelled);
      return {
        profileId: profile?.id ?? null,
        phone: profile?.whatsappPhone ?? phone,
        userId: profile?.whatsappUserId ?? userId,
      };
    });
  }

  /** They wrote to us: what the customer service window and "last seen" go by. Never moves back. */
  async noteInbound(tx: EntityManager, organizationId: string, profileId: string, at: Date): Promise<void> {
    await queries.noteInbound(tx, organizationId, profileId, at);
  }

  private async create(
    tx: EntityManager,
    organizationId: string,
    contact: Contact & { phone: string | null },
  ): Promise<string | null> {
    const now = this.clock.now();
    const id = uuidV7();
    const isMade = await queries.insertProfile(tx, organizationId, {
      id,
      whatsappPhone: contact.phone,
      waId: contact.phone === null ? null : (contact.waId ?? null),
      whatsappUserId: contact.userId ?? null,
      username: short('username', contact.username),
      displayName: short('name', contact.name),
      email: null,
      address: null,
      city: null,
      state: null,
      zipcode: null,
      country: null,
      customerTier: null,
      tags: [],
      attributes: {},
      isActive: true,
      lastInboundAt: null,
      createdAt: now,
      updatedAt: now,
    });
    if (!isMade) return null;
    await this.consent.settle(tx, organizationId, [id]);
    return id;
  }

  /** Adds what is new about them; the name that the shop gave them stays, a changed username or number is taken over. */
  private async complete(
    tx: EntityManager,
    organizationId: string,
    known: UserProfile,
    contact: Contact & { phone: string | null },
  ): Promise<UserProfile> {
    const { phone } = contact;
    const isSameNumber =
      known.whatsappPhone !== null && phone !== null && waIdVariants(phone).includes(known.whatsappPhone);
    const whatsappPhone = phone === null || isSameNumber ? known.whatsappPhone : phone;
    const change = {
      whatsappPhone,
      waId: phone === null ? known.waId : (contact.waId ?? (isSameNumber ? known.waId : null)),
      whatsappUserId: contact.userId ?? known.whatsappUserId,
      username: short('username', contact.username) ?? known.username,
      displayName: known.displayName ?? short('name', contact.name),
    };
    const isKnownOtherwise =
      change.whatsappPhone !== known.whatsappPhone || change.whatsappUserId !== known.whatsappUserId;
    const isChanged =
      isKnownOtherwise ||
      change.waId !== known.waId ||
      change.username !== known.username ||
      change.displayName !== known.displayName;
    if (!isChanged) return known;
    const rest = { attributes: undefined, updatedAt: this.clock.now() };
    await queries.updateProfile(tx, organizationId, Object.assign({}, known, change, rest));
    if (isKnownOtherwise) await this.consent.settle(tx, organizationId, [known.id]);
    return this.read(tx, organizationId, known.id);
  }

  /** Two profiles, one person: the one with the number stays and takes over what only the other one knew. */
  private async merge(
    tx: EntityManager,
    organizationId: string,
    kept: UserProfile,
    other: UserProfile | undefined,
  ): Promise<string | null> {
    if (other === undefined || other.id === kept.id) return null;
    // Puts the other's refusals under the hash of their id, which is the kept one's from here on.
    await this.consent.settle(tx, organizationId, [other.id]);
    await copyEvents(tx, organizationId, other.id, kept.id);
    await queries.deleteProfile(tx, organizationId, other.id);
    Object.assign(kept, {
      whatsappUserId: other.whatsappUserId,
      username: other.username ?? kept.username,
      displayName: kept.displayName ?? other.displayName,
      email: kept.email ?? other.email,
      address: kept.address ?? other.address,
      city: kept.city ?? other.city,
      state: kept.state ?? other.state,
      zipcode: kept.zipcode ?? other.zipcode,
      country: kept.country ?? other.country,
      customerTier: kept.customerTier ?? other.customerTier,
      tags: tidyTags([...kept.tags, ...other.tags]),
      attributes: mergeAttributes(other.attributes, kept.attributes),
      isActive: kept.isActive && other.isActive,
      lastInboundAt: latest(kept.lastInboundAt, other.lastInboundAt),
      updatedAt: this.clock.now(),
    } satisfies Partial<UserProfile>);
    const isRicher = Object.keys(other.attributes).length > 0;
    const attributes = isRicher ? kept.attributes : undefined;
    await queries.updateProfile(tx, organizationId, Object.assign({}, kept, { attributes }));
    await this.consent.settle(tx, organizationId, [kept.id]);
    return other.id;
  }

  private async read(tx: EntityManager, organizationId: string, id: string): Promise<UserProfile> {
    const profile = await queries.findProfile(tx, organizationId, id);
    if (profile === undefined) throw new TypeError('a profile that is locked cannot go');
    return profile;
  }
}

function phoneOf({ phone, waId }: Contact): string | null {
  if (phone !== undefined && phone !== null) return canonicalNumber(phone);
  return waId === undefined || waId === null ? null : fromWaId(waId);
}

/** Names come from WhatsApp, whose limits are not ours. */
function short(field: 'username' | 'name', text: string | null | undefined): string | null {
  const storable = text?.replaceAll('\0', '').toWellFormed() ?? '';
  return tidyText(field, Array.from(storable).slice(0, TEXT_FIELDS[field].max).join(''));
}

function latest(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b > a) ? b : a;
}
