import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsService } from '../../access/organizations/organization-settings.service.js';
import { Outbox } from '../../messages/outbox/outbox.service.js';
import { windowClosesAt } from '../../messages/service-window.js';
import { IdentitiesService } from '../../customers/people/identities.service.js';
import { type Keyword, keywordMatcher } from '../../customers/consent/stop-words.js';
import type { UserProfile } from '../../customers/profiles/user-profile.entity.js';
import { Clock } from '../../platform/clock/clock.js';
import type {
  InboundMessage,
  MessageContent,
  Person,
  PreferenceEvent,
} from '../../whatsapp/parsing/webhook-events.js';
import { confirmationPayload, confirmationText, isNews } from './consent-confirmation.js';
import { HeardConsent } from './heard-consent.service.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import type { Owned } from '../processing/webhook-items.js';

type Settings = Awaited<ReturnType<OrganizationSettingsService['get']>>;

interface Listener {
  settings: Settings;
  keywordOf: (text: string) => Keyword | null;
}

interface Heard {
  message: InboundMessage;
  senderId: string;
  settings: Settings;
  profile: UserProfile;
  keyword: Keyword;
  at: Date;
}

/** Who wrote becomes a profile, and what they say about being written to becomes consent. */
@Injectable()
export class People implements OnModuleInit {
  constructor(
    private readonly handlers: WebhookHandlers,
    private readonly identities: IdentitiesService,
    private readonly consent: HeardConsent,
    private readonly settings: OrganizationSettingsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      name: 'preference-consent',
      kind: 'preferences',
      apply: async (tx, items) => {
        for (const { item, organizationIds } of items) {
          for (const organizationId of organizationIds) await this.prefer(tx, organizationId, item);
        }
      },
    });
    this.handlers.register({
      name: 'inbound-person',
      kind: 'messages',
      apply: async (tx, items) => {
        const listeners = await this.listenersOf(tx, items);
        for (const owned of inOrderOfPeople(items)) {
          for (const organizationId of owned.organizationIds) {
            const listener = listeners.get(organizationId);
            if (listener !== undefined) await this.hear(tx, owned, listener);
          }
        }
      },
    });
  }

  /** WhatsApp's own switch. It speaks of marketing; a category we do not know is none of ours to judge. */
  private async prefer(tx: EntityManager, organizationId: string, event: PreferenceEvent): Promise<void> {
    if (event.category !== null && event.category !== 'marketing_messages') return;
    const kind = event.value === 'stop' ? 'stop_preference' : 'resume';
    const statement = { kind, at: event.at, evidence: { detail: event.detail } } as const;
    await this.consent.recordOf(tx, organizationId, event.person, statement);
  }

  private async hear(
    tx: EntityManager,
    { item: message, senderId }: Owned<InboundMessage>,
    { settings, keywordOf }: Listener,
  ): Promise<void> {
    const contact = { ...message.from, ...message.profile };
    const { profile } = await this.identities.findOrCreateByContact(tx, settings.id, contact);
    const at = message.at ?? this.clock.now();
    await this.identities.noteInbound(tx, settings.id, profile.id, at);
    const keyword = keywordIn(message.content, keywordOf);
    if (keyword === null) return;
    const evidence = { messageId: message.wamid };
    const statement = { kind: keyword, at: message.at, evidence };
    const consent = await this.consent.record(tx, settings.id, profile.id, statement);
    if (senderId === null || consent === null || !isNews(profile, consent, settings.consentPolicy)) return;
    await this.confirm(tx, { message, senderId, settings, profile, keyword, at });
  }

  /** In the transaction that changed the consent, and named after the message that did: never twice. */
  private async confirm(
    tx: EntityManager,
    { message, senderId, settings, profile, keyword, at }: Heard,
  ): Promise<void> {
    const expiresAt = windowClosesAt(at);
    const text = confirmationText(keyword, settings);
    if (text === null || expiresAt <= this.clock.now()) return;
    const { whatsappPhone: phone, whatsappUserId: userId } = profile;
    const payload = confirmationPayload({ phone, userId }, message.wamid, text);
    if (payload === null) return;
    await this.outbox.add(tx, {
      ...{ organizationId: settings.id, senderId, purpose: 'consent', dedupeKey: `consent:${message.wamid}` },
      ...{ phoneNumber: phone, whatsappUserId: userId, customerId: profile.id, payload, expiresAt },
    });
  }

  private async listenersOf(
    tx: EntityManager,
    items: readonly Owned<InboundMessage>[],
  ): Promise<Map<string, Listener>> {
    const listeners = new Map<string, Listener>();
    for (const organizationId of new Set(items.flatMap((one) => one.organizationIds))) {
      const settings = await this.settings.get(organizationId, tx);
      const keywordOf = keywordMatcher({ stop: settings.stopWords, start: settings.startWords });
      listeners.set(organizationId, { settings, keywordOf });
    }
    return listeners;
  }
}

/** Buttons count like words: people press "Unsubscribe" more often than they write it. */
function keywordIn(content: MessageContent, keywordOf: Listener['keywordOf']): Keyword | null {
  const texts =
    content.kind === 'text'
      ? [content.body]
      : content.kind === 'button'
        ? [content.text, content.payload]
        : content.kind === 'button-reply' || content.kind === 'list-reply'
          ? [content.title, content.id]
          : [];
  return texts.map((text) => (text === null ? null : keywordOf(text))).find((word) => word !== null) ?? null;
}

/** Imports lock people by number; whoever does it in the same order does not meet them in a deadlock. */
function inOrderOfPeople(items: readonly Owned<InboundMessage>[]): Owned<InboundMessage>[] {
  const key = ({ waId, userId }: Person): string => waId ?? userId ?? '';
  return [...items].sort((a, b) =>
    key(a.item.from) < key(b.item.from) ? -1 : key(a.item.from) > key(b.item.from) ? 1 : 0,
  );
}
