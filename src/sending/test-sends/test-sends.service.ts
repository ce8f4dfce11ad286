import { Injectable } from '@nestjs/common';
import { CampaignPreviews } from '../../campaigns/message/campaign-previews.service.js';
import { assertCommand } from '../../campaigns/campaign/campaign-state.js';
import { MessageCalls } from '../../media/message-calls.service.js';
import { messageCallbackOf } from '../../messages/log/message-callback.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Senders } from '../../senders/directory/senders.service.js';
import { templateMessage } from '../../whatsapp/payloads/message-payload.js';
import { type AnsweredTest, type TestAttempt, TestAttempts } from './test-attempts.service.js';
import { TestNumbers } from './test-numbers.service.js';
import { TestTurns } from './test-turns.service.js';
import { resultOf, skipped, type TestResult } from './test-outcome.js';

export interface TestRequest {
  phoneNumbers: readonly string[];
  variables?: Record<string, unknown> | undefined;
}

interface TestMessage {
  name: string;
  language: string;
  components: readonly object[];
  marketingApi: boolean;
}

/**
 * Sends a campaign's message to a few numbers before it goes out to the recipients. No recipients are added and nothing
 * counts for the campaign. The rules that protect people and the sender still apply.
 */
@Injectable()
export class TestSends {
  constructor(
    private readonly previews: CampaignPreviews,
    private readonly senders: Senders,
    private readonly numbers: TestNumbers,
    private readonly attempts: TestAttempts,
    private readonly turns: TestTurns,
    private readonly calls: MessageCalls,
  ) {}

  async send(organizationId: string, id: string, request: TestRequest): Promise<TestResult[]> {
    const { variables } = request;
    const sample = variables === undefined ? {} : { variables };
    const { campaign, template, rendered } = await this.previews.sample(organizationId, id, sample);
    assertCommand('test', campaign.status);
    if (template !== null && template.status !== 'APPROVED') {
      const detail = `The template ${template.name} is ${template.status}. Only an approved template can be sent.`;
      throw new DomainError('rule', 'template_not_approved', detail);
    }
    if (!rendered.ok) {
      const errors = rendered.problems.map(({ component, name, detail }) => ({
        field: `variables.${name}`,
        message: `${component}: ${detail}`,
      }));
      const detail =
        'The template cannot be filled. Give the values in variables, or give the campaign defaults.';
      throw new DomainError('rule', 'variables_missing', detail, { errors });
    }
    const { sender, portfolio } = await this.activeSender(organizationId, campaign.senderId);
    const category = template?.category ?? null;
    const judged = await this.numbers.judge(
      organizationId,
      request.phoneNumbers,
      category === null || category === 'MARKETING',
    );
    const phones = judged.flatMap(({ phoneNumber, refusal }) => (refusal === null ? [phoneNumber] : []));
    const turns = await this.turns.take(sender.id, phones.length);
    const about = {
      organizationId,
      campaignId: id,
      senderId: sender.id,
      portfolioId: portfolio?.id ?? null,
      templateName: campaign.templateName,
      category,
    };
    const { attempts, nextUnitAt } = await this.attempts.begin(about, phones);
    const message: TestMessage = {
      name: campaign.templateName,
      language: campaign.languageCode,
      components: rendered.components,
      marketingApi: sender.usesMarketingApi && category === 'MARKETING',
    };
    const answered = await this.sendAll(organizationId, sender.id, message, attempts, turns);
    await this.attempts.record(about, answered);

    const tests = new Map(answered.map((test) => [test.phoneNumber, test]));
    return judged.map(({ phoneNumber, refusal }) => {
      if (refusal !== null) return skipped(phoneNumber, refusal);
      const test = tests.get(phoneNumber);
      return test === undefined
        ? skipped(phoneNumber, noRoom(nextUnitAt))
        : resultOf(phoneNumber, test.id, test.answer);
    });
  }

  private async activeSender(organizationId: string, senderId: string | null) {
    const id = senderId ?? (await this.senders.defaultSender(organizationId)).id;
    const found = await this.senders.get(organizationId, id);
    const { status, statusReason, name, verifiedAt } = found.sender;
    if (verifiedAt === null) {
      const detail = `Meta has not confirmed the number of the sender "${name}". Sync it, or correct its token.`;
      throw new DomainError('rule', 'sender_unverified', detail);
    }
    if (status === 'active') return found;
    const why = statusReason === null ? '' : `: ${statusReason}`;
    throw new DomainError('conflict', 'sender_paused', `The sender "${name}" is ${status}${why}`);
  }

  private async sendAll(
    organizationId: string,
    senderId: string,
    { marketingApi, ...content }: TestMessage,
    attempts: readonly TestAttempt[],
    turns: readonly Date[],
  ): Promise<AnsweredTest[]> {
    const credentials = await this.senders.credentialsOf(organizationId, senderId);
    return Promise.all(
      attempts.map(async (attempt, place) => {
        await this.turns.wait(turns[place]);
        const envelope = { to: { phone: attempt.phoneNumber }, callbackData: messageCallbackOf(attempt.id) };
        const answer = await this.calls.send({
          organizationId,
          credentials,
          marketingApi,
          payload: templateMessage(envelope, content),
        });
        return { ...attempt, answer, at: this.turns.now };
      }),
    );
  }
}

function noRoom(nextUnitAt: Date | null): string {
  const next = nextUnitAt === null ? '' : `; the next message is possible at ${nextUnitAt.toISOString()}`;
  return `The portfolio has written to as many people as Meta allows in 24 hours${next}`;
}
