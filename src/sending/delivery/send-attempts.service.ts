import { Injectable } from '@nestjs/common';
import { valuesOf } from '../../campaigns/message/sample-recipient.js';
import { type MessageCall, MessageCalls } from '../../media/message-calls.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Logger } from '../../platform/logging/logger.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { templateMessage } from '../../whatsapp/payloads/message-payload.js';
import { contentFor } from '../claims/message-contents.js';
import type { Claimed } from '../claims/claim.queries.js';
import { reportOfAnswer, reportOfBrokenSend, reportOfUnmade } from '../outcomes/answer-report.js';
import { callbackDataOf } from '../outcomes/callback-data.js';
import type { DeliveryReport } from '../outcomes/delivery-report.js';
import { OutcomeRecorder } from '../outcomes/outcome-recorder.service.js';
import type { SendContext } from './send-context.service.js';
import { SendingMetrics } from './sending-metrics.service.js';

/** Makes one attempt: fills the message, sends it and records the outcome. */
@Injectable()
export class SendAttempts {
  constructor(
    private readonly calls: MessageCalls,
    private readonly recorder: OutcomeRecorder,
    private readonly metrics: SendingMetrics,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Never rejects: a rejection before the slice awaits its attempts would end the process for every organization. */
  async make(context: SendContext, recipient: Claimed): Promise<void> {
    try {
      await this.attempt(context, recipient);
    } catch (error) {
      // The attempt stays in doubt until its status webhook or a person settles it.
      this.logger.error({ err: error, recipientId: recipient.id }, 'attempt failed');
    }
  }

  private async attempt(context: SendContext, recipient: Claimed): Promise<void> {
    const report = await this.send(context, recipient).catch((error: unknown) => {
      // After the call began nobody knows whether the message went: only its status webhook or a person can say.
      this.logger.error({ err: error, recipientId: recipient.id }, 'send broke off');
      return reportOfBrokenSend(recipient, this.clock.now());
    });
    this.metrics.count(report.kind);
    await this.recorder.record(report);
  }

  private async send(context: SendContext, recipient: Claimed): Promise<DeliveryReport> {
    const message = this.messageFor(context, recipient);
    if ('problem' in message) return reportOfUnmade(recipient, message.problem, this.clock.now());
    const began = performance.now();
    const answer = await this.calls.send(message.call);
    this.metrics.answerSeconds.observe((performance.now() - began) / 1_000);
    return reportOfAnswer(recipient, answer, this.clock.now());
  }

  /**
   * Nothing has left the process yet, so whatever goes wrong in here is certain: the message was not sent. One row that
   * no message can be made of (raw SQL can write anything) fails alone, with its reason.
   */
  private messageFor(context: SendContext, recipient: Claimed): { call: MessageCall } | { problem: string } {
    try {
      const content = contentFor(context.contents, recipient.variant);
      const rendered = content.message.render(valuesOf(recipient));
      if (!rendered.ok) {
        const details = rendered.problems.map(({ name, detail }) => `${name}: ${detail}`);
        return { problem: `The template cannot be filled: ${details.join('; ')}` };
      }
      const { organizationId, credentials } = context;
      const { marketingApi, templateName: name, languageCode: language } = content;
      const envelope = {
        to: { phone: recipient.phoneNumber },
        callbackData: callbackDataOf(recipient.id, recipient.attempt),
      };
      const payload = templateMessage(envelope, { name, language, components: rendered.components });
      return { call: { organizationId, credentials, marketingApi, payload } };
    } catch (error) {
      if (!(error instanceof DomainError)) {
        this.logger.error({ err: error, recipientId: recipient.id }, 'could not make message');
      }
      return { problem: `The message cannot be made: ${error instanceof Error ? error.message : 'unknown'}` };
    }
  }
}
