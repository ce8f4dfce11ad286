import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { DomainEvents } from '../../events/domain-events.service.js';
import type { OwnKind } from '../../events/event-kinds.js';
import { hasConsent } from '../consent/mailable.js';
import { findProfiles } from '../profiles/profiles.queries.js';
import type { UserProfile } from '../profiles/user-profile.entity.js';

interface ShownCustomer {
  profile: UserProfile;
  hasConsent: boolean;
}

/** What callers do to customers, as events. SQL is silent, and imports are unless they ask: a million events cost. */
@Injectable()
export class CustomerEvents {
  constructor(
    private readonly events: DomainEvents,
    private readonly settings: OrganizationSettingsStore,
  ) {}

  async created(tx: EntityManager, customer: ShownCustomer, occurredAt: Date): Promise<void> {
    await this.record(tx, customer, occurredAt, [{ kind: 'customer.created' }]);
  }

  /** One event for the change, and one for each tag that came or went. */
  async updated(
    tx: EntityManager,
    customer: ShownCustomer,
    occurredAt: Date,
    tagsBefore: readonly string[],
  ): Promise<void> {
    const { tags } = customer.profile;
    const added = tags.filter((tag) => !tagsBefore.includes(tag));
    const removed = tagsBefore.filter((tag) => !tags.includes(tag));
    await this.record(tx, customer, occurredAt, [
      { kind: 'customer.updated' },
      ...added.map((tag) => ({ kind: 'customer.tag_added' as const, more: { tag } })),
      ...removed.map((tag) => ({ kind: 'customer.tag_removed' as const, more: { tag } })),
    ]);
  }

  /** For an import that asked for its events: those of a batch at once. */
  async imported(
    tx: EntityManager,
    organizationId: string,
    { created, updated }: { created: readonly string[]; updated: readonly string[] },
    occurredAt: Date,
  ): Promise<void> {
    const kinds = new Map<string, OwnKind>();
    const add = (ids: readonly string[], kind: OwnKind): void => {
      if (this.events.wanted(organizationId, kind)) for (const id of ids) kinds.set(id, kind);
    };
    add(updated, 'customer.updated');
    add(created, 'customer.created');
    if (kinds.size === 0) return;
    const { consentPolicy } = await this.settings.get(organizationId, tx);
    const profiles = await findProfiles(tx, organizationId, [...kinds.keys()]);
    await this.events.record(
      tx,
      profiles.flatMap((profile) => {
        const { id } = profile;
        const kind = kinds.get(id);
        if (kind === undefined) return [];
        const data = shownAs({ profile, hasConsent: hasConsent(profile, consentPolicy) });
        return [{ organizationId, customerId: id, objectId: id, kind, data, occurredAt }];
      }),
    );
  }

  private async record(
    tx: EntityManager,
    customer: ShownCustomer,
    occurredAt: Date,
    kinds: readonly { kind: OwnKind; more?: Record<string, unknown> }[],
  ): Promise<void> {
    const { id, organizationId } = customer.profile;
    const wanted = kinds.filter(({ kind }) => this.events.wanted(organizationId, kind));
    if (wanted.length === 0) return;
    const shown = shownAs(customer);
    const about = { organizationId, customerId: id, objectId: id, occurredAt };
    await this.events.record(
      tx,
      wanted.map(({ kind, more }) => ({ ...about, kind, data: { ...shown, ...more } })),
    );
  }
}

/** As the API shows it. */
function shownAs({ profile, hasConsent }: ShownCustomer): Record<string, unknown> {
  const { id, whatsappPhone, waId, whatsappUserId, username, displayName, email, address, city } = profile;
  const { state, zipcode, country, customerTier, tags, attributes, isActive, subscription } = profile;
  const { marketingOptInAt, marketingOptOutAt, lastInboundAt, createdAt, updatedAt } = profile;
  return {
    ...{
      id,
      phoneNumber: whatsappPhone,
      waId,
      whatsappUserId,
      username,
      name: displayName,
      email,
      address,
      city,
    },
    ...{ state, zipcode, country, customerTier, tags, attributes, isActive, subscription },
    ...{
      marketingOptIn: hasConsent,
      marketingOptInAt,
      marketingOptOutAt,
      lastInboundAt,
      createdAt,
      updatedAt,
    },
  };
}
