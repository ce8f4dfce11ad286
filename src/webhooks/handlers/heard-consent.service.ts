import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConsentKind } from '../../customers/consent/consent.js';
import { Consents, type ConsentState } from '../../customers/consent/consent.service.js';
import { Identities } from '../../customers/people/identities.service.js';
import { InboundLog } from '../../messages/inbound/inbound-log.service.js';
import { OPT_OUT_MS, VariantAssignment } from '../../recipients/variants/variant-assignment.service.js';
import type { Person } from '../../whatsapp/parsing/webhook-events.js';

export interface HeardStatement {
  kind: ConsentKind;
  at: Date;
  evidence: Record<string, unknown>;
  /** Where it was said, to find the message that led to it. */
  said?: { senderId: string | null; phone: string | null; names: string | null };
}

/** Consent that Meta's webhook reports. */
@Injectable()
export class HeardConsent {
  constructor(
    private readonly identities: Identities,
    private readonly consent: Consents,
    private readonly log: InboundLog,
    private readonly recipients: VariantAssignment,
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
    const changed = await this.consent.recordAll(tx, organizationId, statements);
    await this.noteOptOuts(tx, organizationId, heard, changed);
    return changed;
  }

  /** Returns the new consent; null when it did not change. */
  async record(
    tx: EntityManager,
    organizationId: string,
    profileId: string,
    statement: HeardStatement,
  ): Promise<ConsentState | null> {
    const changed = await this.recordAll(tx, organizationId, [{ ...statement, profileId }]);
    return changed.get(profileId) ?? null;
  }

  /** The campaign message that a refusal answers, found as that of a reply is but further back, has lost us this person. */
  private async noteOptOuts(
    tx: EntityManager,
    organizationId: string,
    heard: readonly (HeardStatement & { profileId: string })[],
    changed: ReadonlyMap<string, ConsentState>,
  ): Promise<void> {
    const refused = heard.flatMap(({ profileId, at, said }) =>
      said === undefined || changed.get(profileId)?.subscription !== 'unsubscribed' ? [] : [{ at, said }],
    );
    if (refused.length === 0) return;
    const answered = await this.log.answered(
      tx,
      refused.map(({ at, said }) => ({
        organizationId,
        at,
        ...said,
        onlyIfNamed: false,
        withinMs: OPT_OUT_MS,
      })),
    );
    await this.recipients.noteOptOuts(
      tx,
      answered.flatMap((answer, place) => {
        const at = refused[place]?.at;
        return answer === null || at === undefined ? [] : [{ recipientId: answer.recipientId, at }];
      }),
    );
  }
}
