import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../events/domain-events.service.js';
import { Clock } from '../platform/clock/clock.js';
import { waIdVariants } from '../rules/phone/number-variants.js';
import * as queries from './attribution.queries.js';
import type { Attribution } from './conversion.js';
import { conversionEvent } from './conversion-event.js';
import { conversionsById } from './conversions.queries.js';

/** Reads come late: what is found now is looked at once more when they are in. */
const FINAL_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Says which campaign a conversion belongs to, for many at once. */
@Injectable()
export class Attributions {
  constructor(
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** A bite of those whose time has come; returns how many they were. */
  async attributeDue(tx: EntityManager, limit: number): Promise<number> {
    const due = await queries.takeDue(tx, this.clock.now(), limit);
    if (due.length > 0) await this.attribute(tx, due);
    return due.length;
  }

  /** By the last touch of each person; those without one are left out. */
  async touchesOf(
    tx: EntityManager,
    people: readonly Omit<queries.Toucher, 'phones'>[],
    phoneOf: (id: string) => string | null,
  ): Promise<Map<string, Attribution>> {
    if (people.length === 0) return new Map();
    const touchers = people.map((one) => {
      const phone = phoneOf(one.id);
      return { ...one, phones: phone === null ? [] : waIdVariants(phone) };
    });
    return new Map((await queries.lastTouches(tx, touchers)).map(({ id, ...found }) => [id, found]));
  }

  /** Whether what is found now stands, and when to look again. */
  nextLook(occurredAt: Date): { isFinal: boolean; lookAt: Date | null } {
    const finalAt = new Date(occurredAt.getTime() + FINAL_AFTER_MS);
    const isFinal = finalAt <= this.clock.now();
    return { isFinal, lookAt: isFinal ? null : finalAt };
  }

  /** Before the conversions themselves are written: their sums are locked last. */
  async lock(tx: EntityManager, recipientIds: readonly string[]): Promise<void> {
    if (recipientIds.length > 0) await queries.lockRecipients(tx, recipientIds);
  }

  /** Once conversions are written: their recipients show it, and who wants to hears of the new ones. */
  async settle(
    tx: EntityManager,
    { recipientIds, newIds }: { recipientIds: readonly string[]; newIds: readonly string[] },
  ): Promise<void> {
    if (recipientIds.length > 0) await queries.markConverted(tx, recipientIds);
    if (newIds.length === 0) return;
    const conversions = await conversionsById(tx, newIds);
    await this.events.record(tx, conversions.map(conversionEvent));
  }

  /**
   * Recipients are locked before the sums of the days, as orders that come with statuses in one batch lock them. A
   * conversion that is final already came with its campaign; only its recipient and the event are left to write.
   */
  private async attribute(tx: EntityManager, due: readonly queries.DueConversion[]): Promise<void> {
    const now = this.clock.now();
    const phones = new Map(due.map(({ id, phone }) => [id, phone]));
    const open = due.filter(({ isFinal }) => !isFinal);
    const touches = await this.touchesOf(tx, open, (id) => phones.get(id) ?? null);
    const outcomes = due.map(({ id, isFinal, occurredAt }): queries.Outcome => {
      if (isFinal) return { id, attribution: undefined, isFinal, lookAt: null };
      return { id, attribution: touches.get(id) ?? null, ...this.nextLook(occurredAt) };
    });
    const recipients = new Set([
      ...due.flatMap(({ recipientId }) => recipientId ?? []),
      ...outcomes.flatMap(({ attribution }) => attribution?.recipientId ?? []),
    ]);
    await this.lock(tx, [...recipients]);
    await queries.storeOutcomes(tx, outcomes, now);
    const newIds = due.filter(({ isNew }) => isNew).map(({ id }) => id);
    await this.settle(tx, { recipientIds: [...recipients], newIds });
  }
}
