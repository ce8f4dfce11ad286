import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsService } from '../access/organization-settings.service.js';
import type { ConsentKind } from '../customers/consent.js';
import { ConsentService } from '../customers/consent.service.js';
import { IdentitiesService } from '../customers/identities.service.js';
import { type Keyword, keywordMatcher } from '../customers/stop-words.js';
import { Clock } from '../platform/clock/clock.js';
import type { InboundMessage, MessageContent, Person, PreferenceEvent } from '../whatsapp/webhook-events.js';
import { WebhookHandlers } from './webhook-handlers.service.js';
import type { Owned } from './webhook-items.js';

type Matcher = (text: string) => Keyword | null;

/** Who wrote becomes a profile, and what they say about being written to becomes consent. */
@Injectable()
export class People implements OnModuleInit {
  constructor(
    private readonly handlers: WebhookHandlers,
    private readonly identities: IdentitiesService,
    private readonly consent: ConsentService,
    private readonly settings: OrganizationSettingsService,
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
        const matchers = await this.matchersOf(tx, items);
        for (const { item, organizationIds } of inOrderOfPeople(items)) {
          for (const organizationId of organizationIds)
            await this.hear(tx, organizationId, item, matchers.get(organizationId));
        }
      },
    });
  }

  /** WhatsApp's own switch. It speaks of marketing; a category we do not know is none of ours to judge. */
  private async prefer(tx: EntityManager, organizationId: string, event: PreferenceEvent): Promise<void> {
    if (event.category !== null && event.category !== 'marketing_messages') return;
    const { profile } = await this.identities.findOrCreateByContact(tx, organizationId, event.person);
    const kind = event.value === 'stop' ? 'stop_preference' : 'resume';
    await this.record(tx, organizationId, profile.id, kind, event.at, { detail: event.detail });
  }

  private async hear(
    tx: EntityManager,
    organizationId: string,
    message: InboundMessage,
    matcher: Matcher | undefined,
  ): Promise<void> {
    const contact = { ...message.from, ...message.profile };
    const { profile } = await this.identities.findOrCreateByContact(tx, organizationId, contact);
    await this.identities.noteInbound(tx, organizationId, profile.id, message.at ?? this.clock.now());
    const keyword = matcher === undefined ? null : keywordIn(message.content, matcher);
    if (keyword === null) return;
    await this.record(tx, organizationId, profile.id, keyword, message.at, { messageId: message.wamid });
  }

  private async record(
    tx: EntityManager,
    organizationId: string,
    profileId: string,
    kind: ConsentKind,
    at: Date | null,
    evidence: Record<string, unknown>,
  ): Promise<void> {
    await this.consent.recordConsent(tx, organizationId, {
      profileId,
      kind,
      source: 'webhook',
      evidence,
      occurredAt: at ?? this.clock.now(),
      keyId: null,
    });
  }

  private async matchersOf(
    tx: EntityManager,
    items: readonly Owned<InboundMessage>[],
  ): Promise<Map<string, Matcher>> {
    const matchers = new Map<string, Matcher>();
    for (const organizationId of new Set(items.flatMap((one) => one.organizationIds))) {
      const { stopWords: stop, startWords: start } = await this.settings.get(organizationId, tx);
      matchers.set(organizationId, keywordMatcher({ stop, start }));
    }
    return matchers;
  }
}

/** Buttons count like words: people press "Unsubscribe" more often than they write it. */
function keywordIn(content: MessageContent, matcher: Matcher): Keyword | null {
  const texts =
    content.kind === 'text'
      ? [content.body]
      : content.kind === 'button'
        ? [content.text, content.payload]
        : content.kind === 'button-reply' || content.kind === 'list-reply'
          ? [content.title, content.id]
          : [];
  return texts.map((text) => (text === null ? null : matcher(text))).find((word) => word !== null) ?? null;
}

/** Imports lock people by number; whoever does it in the same order does not meet them in a deadlock. */
function inOrderOfPeople(items: readonly Owned<InboundMessage>[]): Owned<InboundMessage>[] {
  const key = ({ waId, userId }: Person): string => waId ?? userId ?? '';
  return [...items].sort((a, b) =>
    key(a.item.from) < key(b.item.from) ? -1 : key(a.item.from) > key(b.item.from) ? 1 : 0,
  );
}
