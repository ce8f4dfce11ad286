import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import type { OwnKind } from '../../events/event-kinds.js';
import type { UserProfile } from '../profiles/user-profile.entity.js';

interface ShownCustomer {
  profile: UserProfile;
  hasConsent: boolean;
}

/** What callers do to single customers, as events. Imports and SQL are silent: a million events must be asked for. */
@Injectable()
export class CustomerEvents {
  constructor(private readonly events: DomainEvents) {}

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
