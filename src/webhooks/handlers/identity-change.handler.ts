import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IdentitiesService } from '../../customers/people/identities.service.js';
import type { IdentityChange, Person } from '../../whatsapp/parsing/webhook-events.js';
import { HeardConsent } from './heard-consent.service.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';

/** A person has a new number, or Meta a new id for them: their profile goes with them, and so does their refusal. */
@Injectable()
export class IdentityChanges implements OnModuleInit {
  constructor(
    private readonly handlers: WebhookHandlers,
    private readonly identities: IdentitiesService,
    private readonly consent: HeardConsent,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      name: 'identity-change',
      kind: 'identityChanges',
      apply: async (tx, items) => {
        for (const { item, organizationIds } of items) {
          for (const organizationId of organizationIds) await this.follow(tx, organizationId, item);
        }
      },
    });
  }

  private async follow(
    tx: EntityManager,
    organizationId: string,
    { kind, before, after, at }: IdentityChange,
  ): Promise<void> {
    if (kind === 'other' || !isSomebody(before) || !isSomebody(after)) return;
    const find = async (person: Person) =>
      (await this.identities.findOrCreateByContact(tx, organizationId, person)).profile;
    const old = await find(before);
    // The id they had leads to their profile, which takes over the number; only then may the id change as well.
    if (before.userId !== null) await find({ waId: after.waId ?? before.waId, userId: before.userId });
    const now = await find({ waId: after.waId ?? before.waId, userId: after.userId ?? before.userId });
    if (old.subscription === 'subscribed' || now.subscription === 'unsubscribed') return;
    // Nothing but the message ties the two numbers together, so they stay two profiles.
    await this.consent.record(tx, organizationId, now.id, {
      kind: 'stop',
      at,
      evidence: { reason: 'refused under an earlier number', profileId: old.id },
    });
  }
}

const isSomebody = ({ waId, userId }: Person): boolean => waId !== null || userId !== null;
