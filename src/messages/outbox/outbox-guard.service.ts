import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consents } from '../../customers/consent/consent.service.js';
import { isOpen, nextOpening } from '../../rules/calendar/send-window.js';
import { WhatsappSettings } from '../../whatsapp/whatsapp-settings.js';
import { Conversations } from '../conversations/conversations.service.js';
import { FrequencyLock } from '../judgement/frequency-lock.service.js';
import * as queries from './outbox-claims.queries.js';

export interface GuardedMessages {
  /** In the order in which they go. */
  messages: queries.JudgedMessage[];
  /** The numbers and user ids whose service window is open. */
  open: ReadonlySet<string>;
}

/** Judges the messages of one sender that are due, and takes those that may go. */
@Injectable()
export class OutboxGuard {
  constructor(
    private readonly consent: Consents,
    private readonly conversations: Conversations,
    private readonly whatsapp: WhatsappSettings,
    private readonly frequency: FrequencyLock,
  ) {}

  async judge(
    tx: EntityManager,
    terms: queries.OutboxTerms,
    due: readonly queries.DueMessage[],
    now: Date,
  ): Promise<GuardedMessages> {
    const { organizationId, senderId } = terms;
    const inHours = await this.waitForHours(tx, due, now);
    if (inHours.length === 0) return { messages: [], open: new Set() };
    const contacts = inHours.flatMap(contactsOf);
    const open = await this.conversations.openAmong(tx, senderId, contacts, now);
    const closed = inHours.filter((one) => one.needsOpenWindow && !hasWindow(open, one));
    const fallsBack = closed.filter(({ hasFallback }) => hasFallback);
    const isMarketing = (one: queries.DueMessage): boolean =>
      fallsBack.includes(one) ? one.fallsBackToMarketing : one.isMarketing;
    if (terms.capMessages !== null && inHours.some(isMarketing))
      await this.frequency.hold(tx, organizationId);
    const suppressed = await this.suppressedAmong(tx, organizationId, inHours);
    const judged = await queries.judge(tx, inHours.map(idOf), {
      ...terms,
      skipUs: this.whatsapp.usMarketing === 'skip',
      suppressed: suppressed.map(idOf),
      fallsBack: fallsBack.map(idOf),
      withoutWindow: closed.filter(({ hasFallback }) => !hasFallback).map(idOf),
      now,
    });
    const byId = new Map(judged.map((one) => [one.id, one]));
    const taken = inHours.flatMap(({ id }) => byId.get(id) ?? []);
    return { messages: taken.filter(({ skipReason }) => skipReason === null), open };
  }

  /** Returns those that may go at this hour. */
  private async waitForHours(
    tx: EntityManager,
    due: readonly queries.DueMessage[],
    now: Date,
  ): Promise<queries.DueMessage[]> {
    const early = due.flatMap(({ id, window }) =>
      window === null || isOpen(window, now, window.zone)
        ? []
        : [{ id, until: nextOpening(window, now, window.zone) }],
    );
    if (early.length === 0) return [...due];
    await queries.postpone(tx, early, 'hours');
    const isEarly = new Set(early.map(idOf));
    return due.filter(({ id }) => !isEarly.has(id));
  }

  private async suppressedAmong(
    tx: EntityManager,
    organizationId: string,
    messages: readonly queries.DueMessage[],
  ): Promise<queries.DueMessage[]> {
    const found = await this.consent.suppressedAmong(tx, organizationId, messages.flatMap(contactsOf));
    return messages.filter((message) => contactsOf(message).some((one) => found.has(one)));
  }
}

type Addressed = Pick<queries.DueMessage, 'phoneNumber' | 'whatsappUserId'>;

/** How the person is known to the sender: by number, by user id, or by both. */
export function contactsOf({ phoneNumber, whatsappUserId }: Addressed): string[] {
  return [phoneNumber, whatsappUserId].filter((contact) => contact !== null);
}

/** A window is open for the person, under whichever of their names they wrote. */
export function hasWindow(open: ReadonlySet<string>, message: Addressed): boolean {
  return contactsOf(message).some((contact) => open.has(contact));
}

const idOf = ({ id }: { id: string }): string => id;
