import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { MessageLog } from '../../messages/log/message-log.service.js';
import { Identities, isIdentified } from '../../customers/people/identities.service.js';
import { type Keyword, keywordMatcher } from '../../customers/consent/stop-words.js';
import { fromWaId } from '../../rules/phone/number-variants.js';
import type {
  Person,
  InboundMessage,
  MessageContent,
  PreferenceEvent,
} from '../../whatsapp/parsing/webhook-events.js';
import { isNews } from './consent-confirmation.js';
import { ConsentConfirmations, type Heard, type Settings } from './consent-confirmations.service.js';
import type { ConsentState } from '../../customers/consent/consent.service.js';
import { HeardConsent } from './heard-consent.service.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import { type OwnedItem, saidAt } from '../processing/webhook-items.js';

/** Turns people who write into profiles, and what they say about receiving messages into consent. */
@Injectable()
export class PeopleHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly identities: Identities,
    private readonly consent: HeardConsent,
    private readonly settings: OrganizationSettingsStore,
    private readonly confirmations: ConsentConfirmations,
    private readonly log: MessageLog,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles(
      'preferences',
      'preference-consent',
      async (tx, items) => {
        for (const organizationId of new Set(items.flatMap((one) => one.organizationIds))) {
          const own = items.filter((one) => one.organizationIds.includes(organizationId));
          const concerned = await this.concerned(tx, organizationId, own, ({ person }) => person);
          for (const owned of concerned) await this.prefer(tx, organizationId, owned);
        }
      },
      ({ person }) => (isIdentified(person) ? null : NO_PERSON),
    );
    this.webhooks.handles(
      'messages',
      'inbound-person',
      async (tx, items) => {
        const quoted = await this.quotedPhones(tx, items);
        for (const organizationId of new Set(items.flatMap((one) => one.organizationIds))) {
          const own = items.filter((one) => one.organizationIds.includes(organizationId));
          const concerned = await this.concerned(tx, organizationId, own, ({ from }) => from);
          await this.hear(tx, organizationId, concerned, quoted);
        }
      },
      ({ from }) => (isIdentified(from) ? null : NO_PERSON),
    );
  }

  /** WhatsApp's own setting for marketing. A category we do not know is not ours to interpret. */
  private async prefer(
    tx: EntityManager,
    organizationId: string,
    owned: OwnedItem<PreferenceEvent>,
  ): Promise<void> {
    const { item: event } = owned;
    if (event.category !== null && event.category !== 'marketing_messages') return;
    const kind = PREFERENCES[event.value];
    const { detail, signupId } = event;
    const evidence = { detail, ...(signupId === null ? {} : { signupId }) };
    const waId = event.person.waId;
    const phone = waId === null ? null : fromWaId(waId);
    const said = { senderId: owned.senderId, phone, names: null };
    const statement = { kind, at: saidAt(owned), evidence, said };
    await this.consent.recordOf(tx, organizationId, event.person, statement);
  }

  private async hear(
    tx: EntityManager,
    organizationId: string,
    items: readonly OwnedItem<InboundMessage>[],
    quoted: ReadonlyMap<string, string>,
  ): Promise<void> {
    const settings = await this.settings.get(organizationId, tx);
    const keywordOf = keywordMatcher({ stop: settings.stopWords, start: settings.startWords });
    const phones = await this.hiddenPhones(tx, organizationId, items, quoted);
    const contacts = items.map(({ item }, place) => {
      return { ...item.from, ...item.profile, phone: phones[place] ?? null };
    });
    const profiles = await this.identities.findOrCreateAll(tx, organizationId, contacts);
    const people = items.flatMap((owned, place) => {
      const profile = profiles[place];
      return profile === undefined ? [] : [{ owned, profile, at: saidAt(owned) }];
    });
    const notes = people.filter(({ owned }) => owned.item.groupId === null);
    await this.identities.noteInbound(
      tx,
      organizationId,
      notes.map(({ profile, at }) => ({ profileId: profile.id, at })),
    );
    const heard = people.flatMap(({ owned: { item: message, senderId }, profile, at }): Heard[] => {
      const keyword = keywordIn(message.content, keywordOf);
      return keyword === null ? [] : [{ message, senderId, settings, profile, keyword, at }];
    });
    await this.follow(tx, settings, heard);
  }

  /** One word of each person at a time: three STOPs in a batch are one change and two repetitions. */
  private async follow(tx: EntityManager, settings: Settings, heard: readonly Heard[]): Promise<void> {
    const consents = new Map<string, ConsentState>();
    for (const round of roundsOf(heard)) {
      const statements = round.map(({ profile, senderId, keyword: kind, at, message }) => {
        const names = message.context?.messageId ?? null;
        const said = { senderId, phone: profile.whatsappPhone, names };
        return { profileId: profile.id, kind, at, evidence: { messageId: message.wamid }, said };
      });
      const changed = await this.consent.recordAll(tx, settings.id, statements);
      const answered = round.filter(({ profile }) => {
        const consent = changed.get(profile.id);
        if (consent === undefined) return false;
        const before = consents.get(profile.id) ?? profile;
        consents.set(profile.id, consent);
        return isNews(before, consent, settings.consentPolicy);
      });
      await this.confirmations.send(tx, answered);
    }
  }

  /** What concerns an account of several organizations makes no one a customer of all of them. */
  private async concerned<Item>(
    tx: EntityManager,
    organizationId: string,
    items: readonly OwnedItem<Item>[],
    personOf: (item: Item) => Person,
  ): Promise<readonly OwnedItem<Item>[]> {
    const shared = items.filter(({ organizationIds }) => organizationIds.length > 1);
    if (shared.length === 0) return items;
    const people = shared.map(({ item }) => personOf(item));
    const known = await this.identities.known(tx, organizationId, people);
    const phones = known.flatMap(({ profileId, phone }) => (profileId === null ? (phone ?? []) : []));
    const written = await this.log.numbersWrittenTo(tx, organizationId, phones);
    // A recipient may have no profile, and their STOP must reach the campaigns that write to them.
    const strangers = new Set(
      shared.filter((_, n) => {
        const person = known[n];
        return typeof person?.profileId !== 'string' && !written.has(person?.phone ?? '');
      }),
    );
    return items.filter((owned) => !strangers.has(owned));
  }

  /** The numbers of the messages that people quote who hide their own, by organization and Meta's id. */
  private async quotedPhones(
    tx: EntityManager,
    items: readonly OwnedItem<InboundMessage>[],
  ): Promise<Map<string, string>> {
    const wamids = items.flatMap(({ item }) =>
      item.from.waId === null ? (item.context?.messageId ?? []) : [],
    );
    const found = wamids.length === 0 ? [] : await this.log.findAttempts(tx, { wamids, refs: [] });
    return new Map(
      found.flatMap(({ organizationId, direction, wamid, phoneNumber }): [string, string][] =>
        direction === 'out' && wamid !== null && phoneNumber !== null
          ? [[quoteOf(organizationId, wamid), phoneNumber]]
          : [],
      ),
    );
  }

  /** A number that we know by their user id is newer than the one that an old message went to. */
  private async hiddenPhones(
    tx: EntityManager,
    organizationId: string,
    items: readonly OwnedItem<InboundMessage>[],
    quoted: ReadonlyMap<string, string>,
  ): Promise<(string | null)[]> {
    const phones = items.map(({ item: { from, context } }) =>
      from.waId === null ? (quoted.get(quoteOf(organizationId, context?.messageId ?? '')) ?? null) : null,
    );
    if (phones.every((phone) => phone === null)) return phones;
    const known = await this.identities.known(
      tx,
      organizationId,
      items.map(({ item }) => item.from),
    );
    return phones.map((phone, place) => (known[place]?.phone === null ? phone : null));
  }
}

const NO_PERSON = 'It names no person: neither a possible phone number nor a user id.';
const PREFERENCES = { stop: 'stop_preference', resume: 'resume', signup: 'opt_in' } as const;

const quoteOf = (organizationId: string, wamid: string): string => `${organizationId} ${wamid}`;

/** Buttons count like words: people press "Unsubscribe" more often than they type it. */
function keywordIn(content: MessageContent, keywordOf: (text: string) => Keyword | null): Keyword | null {
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

/** The first word of each person, then the second of each, and so on. */
function roundsOf(heard: readonly Heard[]): Heard[][] {
  const rounds: Heard[][] = [];
  const words = new Map<string, number>();
  for (const one of heard) {
    const before = words.get(one.profile.id) ?? 0;
    words.set(one.profile.id, before + 1);
    const round = rounds[before] ?? [];
    rounds[before] = round;
    round.push(one);
  }
  return rounds;
}
