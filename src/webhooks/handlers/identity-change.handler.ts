import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Identities, isIdentified } from '../../customers/people/identities.service.js';
import type { IdentityChange, Person } from '../../whatsapp/parsing/webhook-events.js';
import { HeardConsent } from './heard-consent.service.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import { type OwnedItem, saidAt } from '../processing/webhook-items.js';

/** A person has a new number, or Meta a new id for them. Their profile moves along, and so does their opt-out. */
@Injectable()
export class IdentityChangeHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly identities: Identities,
    private readonly consent: HeardConsent,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('identityChanges', 'identity-change', async (tx, items) => {
      for (const owned of items) {
        for (const organizationId of owned.organizationIds) await this.follow(tx, organizationId, owned);
      }
    });
  }

  private async follow(
    tx: EntityManager,
    organizationId: string,
    owned: OwnedItem<IdentityChange>,
  ): Promise<void> {
    const { kind, before, after } = owned.item;
    if (kind === 'other' || !isIdentified(before) || !isIdentified(after)) return;
    const find = async (person: Person) =>
      (await this.identities.findOrCreateByContact(tx, organizationId, person)).profile;
    const old = await find(before);
    // The old id leads to the profile, which takes over the number. Only then may the id change as well.
    if (before.userId !== null) await find({ waId: after.waId ?? before.waId, userId: before.userId });
    const now = await find({ waId: after.waId ?? before.waId, userId: after.userId ?? before.userId });
    if (old.subscription === 'subscribed' || now.subscription === 'unsubscribed') return;
    // Only the message links the two numbers, so they stay two profiles.
    await this.consent.record(tx, organizationId, now.id, {
      kind: 'stop',
      at: saidAt(owned),
      evidence: { reason: 'refused under an earlier number', profileId: old.id },
    });
  }
}
