import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { CampaignPreviews } from '../../campaigns/message/campaign-previews.service.js';
import { assertCommand } from '../../campaigns/campaign/campaign-state.js';
import { messageCallbackOf } from '../../messages/log/message-callback.js';
import { Clock } from '../../platform/clock/clock.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { SenderPaceService } from '../../senders/pace/sender-pace.service.js';
import { SendersService } from '../../senders/directory/senders.service.js';
import { GraphClient } from '../../whatsapp/graph/graph.client.js';
import { templateMessage } from '../../whatsapp/payloads/message-payload.js';
import { type AnsweredTest, type TestAttempt, TestAttempts } from './test-attempts.service.js';
import { TestNumbers } from './test-numbers.service.js';
import { resultOf, skipped, type TestResult } from './test-outcome.js';

/** Somebody waits for the answer: a number that is held back for longer than this is told as such. */
const LONGEST_WAIT_MS = 5_000;

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
 * A campaign's message to a few numbers, before it goes out to everybody: nobody becomes a recipient and nothing is
 * counted for the campaign. What protects people and the number holds all the same.
 */
@Injectable()
export class TestSends {
  constructor(
    private readonly previews: CampaignPreviews,
    private readonly senders: SendersService,
    private readonly numbers: TestNumbers,
    private readonly attempts: TestAttempts,
    private readonly pace: SenderPaceService,
    private readonly graph: GraphClient,
    private readonly clock: Clock,
  ) {}

  async send(organizationId: string, id: string, request: TestRequest): Promise<TestResult[]> {
    const { variables } = request;
    const sample = variables === undefined ? {} : { variables };
    const { campaign, template, rendered } = await this.previews.sample(organizationId, id, sample);
    assertCommand('test', campaign.status);
    if (template !== null && template.status !== 'APPROVED') {
      const detail = `The template ${template.name} is ${template.status}: only an approved one can be sent.`;
      throw new DomainError('rule', 'template_not_approved', detail);
    }
    if (!rendered.ok) {
      const errors = rendered.problems.map(({ component, name, detail }) => ({
        field: `variables.${name}`,
        message: `${component}: ${detail}`,
      }));
      const detail =
        'The template cannot be filled: give the values as variables, or defaults to the campaign.';
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
    const turns = await this.turnsOf(sender.id, phones.length);
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
    const { status, statusReason, name } = found.sender;
    if (status === 'active') return found;
    const why = statusReason === null ? '' : `: ${statusReason}`;
    throw new DomainError('conflict', 'sender_paused', `The sender "${name}" is ${status}${why}`);
  }

  /** When each of them may go. They are taken one by one, since a slow number has no second's worth of ten. */
  private async turnsOf(senderId: string, count: number): Promise<Date[]> {
    const turns: Date[] = [];
    while (turns.length < count) turns.push((await this.pace.take(senderId, 1)).startAt);
    const waitMs = (turns.at(-1)?.getTime() ?? 0) - this.clock.now().getTime();
    if (waitMs <= LONGEST_WAIT_MS) return turns;
    const detail = 'The number sends as fast as it may: try again in a moment.';
    const retryAfterSeconds = Math.ceil(waitMs / 1_000);
    throw new DomainError('rate', 'sender_busy', detail, { retryAfterSeconds });
  }

  private async sendAll(
    organizationId: string,
    senderId: string,
    { marketingApi, ...content }: TestMessage,
    attempts: readonly TestAttempt[],
    turns: readonly Date[],
  ): Promise<AnsweredTest[]> {
    const { phoneNumberId, accessToken } = await this.senders.credentialsOf(organizationId, senderId);
    return Promise.all(
      attempts.map(async (attempt, place) => {
        const waitMs = (turns[place]?.getTime() ?? 0) - this.clock.now().getTime();
        if (waitMs > 0) await delay(waitMs);
        const callbackData = messageCallbackOf(attempt.id);
        const payload = templateMessage({ to: { phone: attempt.phoneNumber }, callbackData }, content);
        const answer = await this.graph.sendMessage({
          phoneNumberId,
          token: accessToken,
          payload,
          marketingApi,
        });
        return { ...attempt, answer, at: this.clock.now() };
      }),
    );
  }
}

function noRoom(nextUnitAt: Date | null): string {
  const next = nextUnitAt === null ? '' : `; the next one is possible at ${nextUnitAt.toISOString()}`;
  return `The portfolio has written to as many people as Meta allows in 24 hours${next}`;
}
