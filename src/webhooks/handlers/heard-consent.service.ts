import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConsentKind } from '../../customers/consent/consent.js';
import { ConsentService, type ConsentState } from '../../customers/consent/consent.service.js';
import { IdentitiesService } from '../../customers/people/identities.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Person } from '../../whatsapp/parsing/webhook-events.js';

export interface HeardStatement {
  kind: ConsentKind;
  /** Null: Meta did not say. */
  at: Date | null;
  evidence: Record<string, unknown>;
}

/** Consent as Meta's webhook tells of it. */
@Injectable()
export class HeardConsent {
  constructor(
    private readonly identities: IdentitiesService,
    private readonly consent: ConsentService,
    private readonly clock: Clock,
  ) {}

  /** Of somebody who becomes a customer by it, if they are none. */
  async recordOf(
    tx: EntityManager,
    organizationId: string,
    person: Person,
    statement: HeardStatement,
  ): Promise<void> {
    const { profile } = await this.identities.findOrCreateByContact(tx, organizationId, person);
    await this.record(tx, organizationId, profile.id, statement);
  }

  /** Tells what their consent is now; null when it is what it was. */
  async record(
    tx: EntityManager,
    organizationId: string,
    profileId: string,
    { kind, at, evidence }: HeardStatement,
  ): Promise<ConsentState | null> {
    const occurredAt = at ?? this.clock.now();
    const statement = { profileId, kind, source: 'webhook', evidence, occurredAt, keyId: null };
    return this.consent.recordConsent(tx, organizationId, statement);
  }
}
