import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Logger } from '../../platform/logging/logger.js';
import { judgeNumber } from '../../sending/outcomes/error-policy.js';
import { RulingEffects } from '../../sending/outcomes/ruling-effects.service.js';
import type { ErrorEvent } from '../../whatsapp/parsing/webhook-events.js';
import { WebhookHandlers } from '../processing/webhook-handlers.service.js';
import type { OwnedItem } from '../processing/webhook-items.js';

/** An older error has been met by sends already, and an operator may have resumed the number since. */
const FRESH_MS = 10 * 60 * 1_000;

/**
 * Errors from Meta that belong to no message: "unable to process a request due to an app or account level problem".
 * They stop or slow down the number as the same error in an answer would.
 */
@Injectable()
export class NumberErrorsHandler implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookHandlers,
    private readonly effects: RulingEffects,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.webhooks.handles('errors', 'error-log', (tx, items) => this.apply(tx, items));
  }

  private async apply(tx: EntityManager, items: readonly OwnedItem<ErrorEvent>[]): Promise<void> {
    const now = this.clock.now();
    const bySender = new Map<string, ReturnType<typeof judgeNumber>[]>();
    for (const { item, senderId, webhookEventId, receivedAt } of items) {
      const { code, title, details } = item.error;
      this.logger.warn({ senderId, webhookEventId, code, title, details }, 'Meta reports an error');
      const at = item.reportedAt ?? receivedAt;
      if (senderId === null || now.getTime() - at.getTime() > FRESH_MS) continue;
      const rulings = bySender.get(senderId) ?? [];
      bySender.set(senderId, rulings);
      rulings.push(judgeNumber(item.error, now));
    }
    // By sender id, the order in which all code locks senders.
    for (const [senderId, rulings] of [...bySender].sort(([a], [b]) => (a < b ? -1 : 1)))
      await this.effects.holdBack(tx, senderId, rulings);
  }
}
