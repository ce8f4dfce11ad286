import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConsentKind } from '../../customers/consent/consent.js';
import { Consents, type ConsentState } from '../../customers/consent/consent.service.js';
import { Identities } from '../../customers/people/identities.service.js';
import type { Person } from '../../whatsapp/parsing/webhook-events.js';

export interface HeardStatement {
  kind: ConsentKind;
  at: Date;
  evidence: Record<string, unknown>;
}

/** Consent that Meta's webhook reports. */
@Injectable()
export class HeardConsent {
  constructor(
    private readonly identities: Identities,
    private readonly consent: Consents,
  ) {}

  /** Creates the customer if the person is not one yet. */
  async recordOf(
    tx: EntityManager,
    organizationId: string,
    person: Person,
    statement: HeardStatement,
  ): Promise<void> {
    const { profile } = await this.identities.findOrCreateByContact(tx, organizationId, person);
    await this.record(tx, organizationId, profile.id, statement);
  }

  /** Returns the new consent of the profiles where it changed. */
  async recordAll(
    tx: EntityManager,
    organizationId: string,
    heard: readonly (HeardStatement & { profileId: string })[],
  ): Promise<Map<string, ConsentState>> {
    const statements = heard.map(({ profileId, kind, evidence, at }) => {
      return { profileId, kind, source: 'webhook', evidence, occurredAt: at, keyId: null };
    });
    return this.consent.recordAll(tx, organizationId, statements);
  }

  /** Returns the new consent; null when it did not change. */
  async record(
    tx: EntityManager,
    organizationId: string,
    profileId: string,
    { kind, at, evidence }: HeardStatement,
  ): Promise<ConsentState | null> {
    const statement = { profileId, kind, source: 'webhook', evidence, occurredAt: at, keyId: null };
    return this.consent.recordConsent(tx, organizationId, statement);
  }
}
