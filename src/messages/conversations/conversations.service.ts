import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import * as queries from './conversations.queries.js';

export type { InboundNote } from './conversations.queries.js';

/** Meta's customer service window: this long after a person's last message we may message them freely. */
const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1_000;

export function windowClosesAt(lastInboundAt: Date): Date {
  return new Date(lastInboundAt.getTime() + SERVICE_WINDOW_MS);
}

/** Who last wrote to which of our numbers, and when: Meta's customer service window depends on it. */
@Injectable()
export class Conversations {
  /** The given numbers whose window with this sender is open. */
  async openAmong(
    db: EntityManager,
    senderId: string,
    phones: readonly string[],
    at: Date,
  ): Promise<Set<string>> {
    if (phones.length === 0) return new Set();
    const spellings = phones.flatMap(waIdVariants);
    const since = new Date(at.getTime() - SERVICE_WINDOW_MS);
    const open = new Set(await queries.contactsSince(db, senderId, spellings, since));
    return new Set(phones.filter((phone) => waIdVariants(phone).some((spelling) => open.has(spelling))));
  }

  async noteInbound(tx: EntityManager, rows: readonly queries.InboundNote[]): Promise<void> {
    if (rows.length > 0) await queries.noteInbound(tx, rows);
  }

  /** When the last of this customer's open windows closes; null: none is open. */
  async closesAt(
    db: EntityManager,
    organizationId: string,
    customerId: string,
    at: Date,
  ): Promise<Date | null> {
    const last = await queries.lastInboundOf(db, organizationId, customerId);
    if (last === null) return null;
    const closes = windowClosesAt(last);
    return closes > at ? closes : null;
  }

  /** When the window of a person with the sender closes, or closed; null: they never wrote. */
  async closesWith(db: EntityManager, senderId: string, contacts: readonly string[]): Promise<Date | null> {
    const last = await queries.lastInboundAmong(db, senderId, contacts.flatMap(waIdVariants));
    return last === null ? null : windowClosesAt(last);
  }
}
