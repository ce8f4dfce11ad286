import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import type { Keyword } from '../../customers/consent/stop-words.js';
import type { UserProfile } from '../../customers/profiles/user-profile.entity.js';
import { windowClosesAt } from '../../messages/conversations/conversations.service.js';
import { type NewOutboxMessage, Outbox } from '../../messages/outbox/outbox.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { InboundMessage } from '../../whatsapp/parsing/webhook-events.js';
import { confirmationPayload, confirmationText } from './consent-confirmation.js';

export type Settings = Awaited<ReturnType<OrganizationSettingsStore['get']>>;

/** A word that changes the consent of the person who wrote it. */
export interface Heard {
  message: InboundMessage;
  senderId: string | null;
  settings: Settings;
  profile: UserProfile;
  keyword: Keyword;
  at: Date;
}

/** Answers STOP and START, each once. */
@Injectable()
export class ConsentConfirmations {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async send(tx: EntityManager, answered: readonly Heard[]): Promise<void> {
    await this.outbox.add(
      tx,
      answered.flatMap((one) => this.confirmationOf(one) ?? []),
    );
  }

  /** In the transaction that changes the consent, with a key from the message that changes it: never sent twice. */
  private confirmationOf({
    message,
    senderId,
    settings,
    profile,
    keyword,
    at,
  }: Heard): NewOutboxMessage | null {
    // The answer is private, and a message to a group opens no private window.
    if (senderId === null || message.groupId !== null) return null;
    const expiresAt = windowClosesAt(at);
    const text = confirmationText(keyword, settings);
    if (text === null || expiresAt <= this.clock.now()) return null;
    const { whatsappPhone: phone, whatsappUserId: userId } = profile;
    const payload = confirmationPayload({ phone, userId }, message.wamid, text);
    if (payload === null) return null;
    return {
      ...{ organizationId: settings.id, senderId, purpose: 'consent', dedupeKey: `consent:${message.wamid}` },
      ...{ phoneNumber: phone, whatsappUserId: userId, customerId: profile.id, payload, expiresAt },
    };
  }
}
