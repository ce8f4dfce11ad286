import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents, type NewDomainEvent } from '../../events/domain-events.service.js';
import { pressedButton } from './pressed-button.js';
import type { InboundRow } from './inbound-log.queries.js';

/** What people write and press, as events. A message that Meta repeats is told once. */
@Injectable()
export class InboundEvents {
  constructor(private readonly events: DomainEvents) {}

  async received(tx: EntityManager, messages: readonly InboundRow[]): Promise<void> {
    await this.events.record(
      tx,
      messages.flatMap((message) => this.eventsOf(message)),
    );
  }

  private eventsOf(message: InboundRow): NewDomainEvent[] {
    const { id, organizationId, customerId, at } = message;
    const isTold = this.events.wanted(organizationId, 'message.received');
    const button = this.events.wanted(organizationId, 'button.clicked')
      ? pressedButton(message.content)
      : null;
    if (!isTold && button === null) return [];
    const shown = shownAs(message);
    const about = { organizationId, customerId, objectId: id, occurredAt: at };
    return [
      ...(isTold ? [{ ...about, kind: 'message.received' as const, data: shown }] : []),
      ...(button === null
        ? []
        : [{ ...about, kind: 'button.clicked' as const, data: { ...shown, ...button } }]),
    ];
  }
}

function shownAs(message: InboundRow): Record<string, unknown> {
  const { id, customerId, phoneNumber, whatsappUserId, senderId, type, content, wamid, contextMessageId } =
    message;
  const { body, caption } = content;
  const text = typeof body === 'string' ? body : typeof caption === 'string' ? caption : null;
  return {
    ...{ id, customerId, phoneNumber, whatsappUserId, senderId, type, text, content },
    whatsappMessageId: wamid,
    repliesTo: contextMessageId,
    receivedAt: message.at.toISOString(),
  };
}
