import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from '../platform/logging/logger.js';
import { LOGGER } from '../platform/logging/logging.module.js';
import { WebhookHandlers } from './processing/webhook-handlers.service.js';

/** Errors of Meta's that belong to no message: there is nothing to do about them but to know. */
@Injectable()
export class ErrorLog implements OnModuleInit {
  constructor(
    private readonly handlers: WebhookHandlers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      name: 'error-log',
      kind: 'errors',
      apply: (_, items) => {
        for (const { item, senderId, webhookEventId } of items) {
          const { code, title, details } = item.error;
          this.logger.warn({ senderId, webhookEventId, code, title, details }, 'Meta reports an error');
        }
        return Promise.resolve();
      },
    });
  }
}
