import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Consents } from '../consent/consent.service.js';
import * as queries from '../profiles/profiles.queries.js';
import { mergeAttributes } from '../profiles/merge-attributes.js';
import { canonicalNumber, fromWaId, waIdVariants } from '../../rules/phone/number-variants.js';
import { TEXT_FIELDS, tidyTags, tidyText } from '../profiles/profile-fields.js';
import { ProfileMerges } from './profile-merges.service.js';
import { type ContactGroup, groupContacts, type WholeContact } from './group-contacts.js';
import type { UserProfile } from '../profiles/user-profile.entity.js';

/** What a message or a status says about its person. At least one of the first three fields is set. */
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
  /** A second profile that turned out to be the same person. It is deleted; who keeps its id is told before. */
  mergedId: string | null;
}

/** What is known of a contact; every field may be missing. */
export interface KnownPerson {
  profileId: string | null;
  /** E.164, from the profile or else from the contact. */
  phone: string | null;
  userId: string | null;
}

/** Finds the one profile of a person by any identity that Meta uses for them. */
@Injectable()
export class Identities {
  constructor(
    private readonly consent: Consents,
    private readonly merges: ProfileMerges,
    private readonly clock: Clock,
  ) {}

  async findOrCreateByContact(
    tx: EntityManager,
    organizationId: string,
    contact: Contact,
  ): Promise<FoundProfile> {
    const { waId = null, userId = null } = contact;
    const phone = phoneOf(contact);
    if (!isIdentified(contact)) throw new TypeError('a contact without any identity');
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
      // Null: another transaction has just created the profile; the next round finds it.
      if (id !== null)
        return { profile: await this.read(tx, organizationId, id), isNew: true, mergedId: null };
    }
  }

  /**
   * The profiles of many contacts, in their order, with a number of statements that does not depend on how many they
   * are. Only people who turn out to be two profiles, or whose contacts contradict each other, are met one by one.
   */
  async findOrCreateAll(
    tx: EntityManager,
    organizationId: string,
    contacts: readonly Contact[],
  ): Promise<UserProfile[]> {
    const whole = contacts.map(wholeOf);
    const { known, fresh, alone } = await this.sort(tx, organizationId, whole);
    const now = this.clock.now();
    const created = await queries.insertContacts(tx, organizationId, fresh.map(newProfileOf), now);
    const changed = known.filter(({ change }) => change !== null);
    const changes = changed.flatMap(({ profile, change }) =>
      change === null ? [] : { id: profile.id, ...change },
    );
    await queries.updateIdentities(tx, organizationId, changes, now);
    const identified = changed.filter(({ change }) => change?.isKnownOtherwise === true);
    await this.consent.settle(tx, organizationId, [
      ...created,
      ...identified.map(({ profile }) => profile.id),
    ]);

    const again = new Set([...created, ...changed.map(({ profile }) => profile.id)]);
    const read = await queries.findProfiles(tx, organizationId, [...again]);
    const profiles = new Map<number, UserProfile>();
    const settle = (places: readonly number[], profile: UserProfile | undefined): void => {
      if (profile === undefined) throw new TypeError('a locked profile cannot disappear');
      for (const place of places) profiles.set(place, profile);
    };
    const byId = new Map(read.map((profile) => [profile.id, profile]));
    for (const { group, profile } of known)
      settle(group.places, again.has(profile.id) ? byId.get(profile.id) : profile);
    for (const { id, group } of fresh) {
      // Missing: another transaction has just created the profile.
      if (byId.has(id)) settle(group.places, byId.get(id));
      else alone.push(...group.places);
    }
    for (const place of alone.sort((a, b) => a - b)) {
      const { profile } = await this.findOrCreateByContact(tx, organizationId, contacts[place] ?? {});
      profiles.set(place, profile);
    }
    return contacts.map((_, place) => {
      const profile = profiles.get(place);
      if (profile === undefined) throw new TypeError('every contact has a profile');
      return profile;
    });
  }

  /** Locks the profiles of the contacts and says what each person needs. */
  private async sort(
    tx: EntityManager,
    organizationId: string,
    contacts: readonly WholeContact[],
  ): Promise<{ known: KnownGroup[]; fresh: NewGroup[]; alone: number[] }> {
    const numbers = contacts.flatMap(({ phone }) => (phone === null ? [] : waIdVariants(phone)));
    const userIds = contacts.flatMap(({ userId }) => userId ?? []);
    const found = await queries.lockByIdentities(tx, organizationId, numbers, userIds);
    const byPhone = new Map(found.map((profile) => [profile.whatsappPhone, profile]));
    const byUserId = new Map(found.map((profile) => [profile.whatsappUserId, profile]));
    const sorted = { known: [] as KnownGroup[], fresh: [] as NewGroup[], alone: [] as number[] };
    const taken = new Set<string>();
    for (const group of groupContacts(contacts)) {
      const { phone, userId } = group.contact;
      const spelling = (phone === null ? [] : waIdVariants(phone)).find((one) => byPhone.has(one));
      const numbered = spelling === undefined ? undefined : byPhone.get(spelling);
      const named = userId === null ? undefined : byUserId.get(userId);
      const profile = numbered ?? named;
      const isTwo = numbered !== undefined && named !== undefined && numbered !== named;
      if (group.isMixed || isTwo || (profile !== undefined && taken.has(profile.id)))
        sorted.alone.push(...group.places);
      else if (profile === undefined) sorted.fresh.push({ group, id: uuidV7() });
      else {
        taken.add(profile.id);
        sorted.known.push({ group, profile, change: completion(profile, group.contact) });
      }
    }
    return sorted;
  }

  /** What is known of the contacts, in their order. Creates and changes no profile. */
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

  /**
   * Learns the user ids of numbers. Nobody becomes a customer by it, and a profile that has another number already
   * keeps it: the news may be old.
   */
  async link(
    tx: EntityManager,
    organizationId: string,
    people: readonly { phone: string; userId: string }[],
  ): Promise<void> {
    const byNumber = new Map(people.map((person) => [canonicalNumber(person.phone), person]));
    const numbers = [...byNumber.keys()].flatMap(waIdVariants);
    const userIds = people.map(({ userId }) => userId);
    const profiles = await queries.profilesKnownBy(tx, organizationId, numbers, userIds);
    const fresh = new Map<string, string>();
    const joined: Contact[] = [];
    for (const [phone, { userId }] of [...byNumber].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const spellings = waIdVariants(phone);
      const numbered = profiles.find(({ whatsappPhone }) => spellings.includes(whatsappPhone ?? ''));
      const named = profiles.find(({ whatsappUserId }) => whatsappUserId === userId);
      if (named !== undefined && named.whatsappPhone !== null) continue;
      if (named === undefined && numbered?.whatsappUserId === null) fresh.set(userId, numbered.id);
      else if (named !== undefined || numbered !== undefined) joined.push({ phone, userId });
    }
    if (fresh.size > 0) {
      const linked = [...fresh].map(([userId, id]) => ({ id, userId }));
      const ids = await queries.learnUserIds(tx, organizationId, linked, this.clock.now());
      await this.consent.settle(tx, organizationId, ids);
    }
    // Two profiles that become one, or a user id that Meta replaced: rare.
    for (const contact of joined) await this.findOrCreateByContact(tx, organizationId, contact);
  }

  /** Records when customers last wrote; the service window and "last seen" use it. Never moves back. */
  async noteInbound(
    tx: EntityManager,
    organizationId: string,
    notes: readonly { profileId: string; at: Date }[],
  ): Promise<void> {
    if (notes.length > 0) await queries.noteInbound(tx, organizationId, notes);
  }

  private async create(
    tx: EntityManager,
    organizationId: string,
    contact: Contact & { phone: string | null },
  ): Promise<string | null> {
    const id = uuidV7();
    const group = { contact: wholeOf(contact), places: [], isMixed: false };
    const now = this.clock.now();
    const isMade =
      (await queries.insertContacts(tx, organizationId, [newProfileOf({ id, group })], now)).length > 0;
    if (!isMade) return null;
    await this.consent.settle(tx, organizationId, [id]);
    return id;
  }

  /** Adds new facts. Keeps the name that the shop gave them; takes over a changed username or number. */
  private async complete(
    tx: EntityManager,
    organizationId: string,
    known: UserProfile,
    contact: Contact & { phone: string | null },
  ): Promise<UserProfile> {
    const change = completion(known, contact);
    if (change === null) return known;
    await queries.updateIdentities(tx, organizationId, [{ id: known.id, ...change }], this.clock.now());
    if (change.isKnownOtherwise) await this.consent.settle(tx, organizationId, [known.id]);
    return this.read(tx, organizationId, known.id);
  }

  /** Merges two profiles of one person: the one with the number stays and takes over what only the other one knew. */
  private async merge(
    tx: EntityManager,
    organizationId: string,
    kept: UserProfile,
    other: UserProfile | undefined,
  ): Promise<string | null> {
    if (other === undefined || other.id === kept.id) return null;
    // Also stores the other profile's refusals under the hash of its user id, which the kept profile has from here on.
    await this.consent.join(tx, organizationId, other.id, kept.id);
    await this.merges.tell(tx, { organizationId, from: other.id, to: kept.id });
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
    await this.consent.settleJoined(tx, organizationId, kept.id);
    return other.id;
  }

  private async read(tx: EntityManager, organizationId: string, id: string): Promise<UserProfile> {
    const profile = await queries.findProfile(tx, organizationId, id);
    if (profile === undefined) throw new TypeError('a locked profile cannot disappear');
    return profile;
  }
}

/** Whether a profile can be found or created for it: a possible number, or a user id. */
export function isIdentified(contact: Contact): boolean {
  return phoneOf(contact) !== null || (contact.userId ?? null) !== null;
}

interface KnownGroup {
  group: ContactGroup;
  profile: UserProfile;
  change: Completion | null;
}

interface NewGroup {
  group: ContactGroup;
  id: string;
}

interface Completion extends queries.IdentityValues {
  /** The number or the user id changed. */
  isKnownOtherwise: boolean;
}

/** New facts. Keeps the name that the shop gave them; takes over a changed username or number. Null: nothing new. */
function completion(known: UserProfile, contact: Contact & { phone: string | null }): Completion | null {
  const { phone } = contact;
  const isSameNumber =
    known.whatsappPhone !== null && phone !== null && waIdVariants(phone).includes(known.whatsappPhone);
  const change = {
    whatsappPhone: phone === null || isSameNumber ? known.whatsappPhone : phone,
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
  return isChanged ? { ...change, isKnownOtherwise } : null;
}

function newProfileOf({ id, group: { contact } }: NewGroup): { id: string } & queries.IdentityValues {
  return {
    id,
    whatsappPhone: contact.phone,
    waId: contact.phone === null ? null : contact.waId,
    whatsappUserId: contact.userId,
    username: short('username', contact.username),
    displayName: short('name', contact.name),
  };
}

function wholeOf(contact: Contact): WholeContact {
  if (!isIdentified(contact)) throw new TypeError('a contact without any identity');
  const { waId = null, userId = null, username = null, name = null } = contact;
  return { phone: phoneOf(contact), waId, userId, username, name };
}

function phoneOf({ phone, waId }: Contact): string | null {
  if (phone !== undefined && phone !== null) return canonicalNumber(phone);
  return waId === undefined || waId === null ? null : fromWaId(waId);
}

/** Names come from WhatsApp, which has other limits than our columns. */
function short(field: 'username' | 'name', text: string | null | undefined): string | null {
  const storable = text?.replaceAll('\0', '').toWellFormed() ?? '';
  return tidyText(field, Array.from(storable).slice(0, TEXT_FIELDS[field].max).join(''));
}

function latest(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b > a) ? b : a;
}
