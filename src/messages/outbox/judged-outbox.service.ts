import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consents } from '../../customers/consent/consent.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { WhatsappSettings } from '../../whatsapp/whatsapp-settings.js';
import * as queries from './judged-messages.queries.js';
import type { NewOutboxMessage } from './new-outbox-message.js';

/**
 * Marketing to single people that is judged when it is written, and again when it goes: consent, suppression, a deleted
 * or inactive customer, the country, the frequency cap. What must not go is not written, and the caller learns why.
 */
@Injectable()
export class JudgedOutbox {
  constructor(
    private readonly consents: Consents,
    private readonly whatsapp: WhatsappSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * `hindrance` is the caller's own condition, in the same statement. Returns for each key why its message is not in the
   * outbox; null: it is.
   */
  async add(
    tx: EntityManager,
    organizationId: string,
    messages: readonly NewOutboxMessage[],
    hindrance: queries.Hindrance,
  ): Promise<Map<string, string | null>> {
    if (messages.length === 0) return new Map();
    const terms = await queries.termsOfOrganization(tx, organizationId);
    if (terms === undefined) throw new TypeError('a message always has an organization');
    const rows = messages.map((message) => ({ ...message, id: message.id ?? uuidV7() }));
    const found = await this.consents.suppressedAmong(tx, organizationId, rows.flatMap(contactsOf));
    const suppressed = rows.filter((row) => contactsOf(row).some((contact) => found.has(contact)));
    const judged = await queries.insertJudged(tx, rows, {
      ...{ ...terms, organizationId, hindrance },
      skipUs: this.whatsapp.usMarketing === 'skip',
      suppressed: suppressed.map(({ id }) => id),
      now: this.clock.now(),
    });
    return new Map(judged.map(({ dedupeKey, skipReason }) => [dedupeKey, skipReason]));
  }
}

const contactsOf = ({ phoneNumber, whatsappUserId }: NewOutboxMessage): string[] =>
  [phoneNumber, whatsappUserId].filter((contact) => contact !== null);
