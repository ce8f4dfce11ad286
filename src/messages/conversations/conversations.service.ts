import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import * as queries from './conversations.queries.js';
import { SERVICE_WINDOW_MS, windowClosesAt } from '../service-window.js';

export type { InboundNote } from './conversations.queries.js';

/** Who wrote to which of our numbers, and when last: what Meta's customer service window goes by. */
@Injectable()
export class ConversationsService {
  /** Those of the numbers, as given, whose window with this sender is open. */
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
}
