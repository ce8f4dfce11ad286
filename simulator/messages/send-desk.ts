import type { Clock } from '../../src/platform/clock/clock.js';
import type { PhoneNumber } from '../business.js';
import type { Customers } from '../customers/customers.js';
import { GraphError, missingParameter } from '../graph/graph-error.js';
import { isText, type JsonObject } from '../json.js';
import { Dice } from '../random.js';
import type { Script, ScenarioBook, Trouble } from '../scenario/scenario-book.js';
import type { ErrorRule } from '../scenario/scenario.js';
import { isUsNumber } from './us-number.js';
import { KeyCounter } from './key-counter.js';
import type { AcceptedMessage, MessageLife } from './message-life.js';
import type { MessageLog } from './message-log.js';
import type { CheckedMessage, MessageCheck } from './message-request.js';
import { readRecipient, type RecipientAddress } from './recipient-address.js';
import type { SendLimits } from './send-limits.js';
import type { Wamids } from './wamid.js';

export type SendAnswer = { body: string } | 'cut the connection';

const MARK_AS_READ = { body: '{"success":true}' };

/** Accepts what is POSTed to `/messages` and `/marketing_messages`. */
export class SendDesk {
  private attempts = new KeyCounter();
  private cutBefore = 0;

  constructor(
    private readonly clock: Clock,
    private readonly book: ScenarioBook,
    private readonly check: MessageCheck,
    private readonly limits: SendLimits,
    private readonly customers: Customers,
    private readonly log: MessageLog,
    private readonly wamids: Wamids,
    private readonly life: MessageLife,
  ) {}

  get cutBeforeAccepting(): number {
    return this.cutBefore;
  }

  /** Throws a GraphError if Meta would refuse the message, or would answer with an error although it accepted it. */
  take(phone: PhoneNumber, body: JsonObject, text: string, marketingApi: boolean): SendAnswer {
    if (body.messaging_product !== 'whatsapp') throw missingParameter('messaging_product');
    if (body.status === 'read') return markAsRead(body);
    refuseBlocked(phone);
    const { script } = this.book;
    const { scenario } = script;
    const address = readRecipient(body, phone.countryCode);
    if (address.to === phone.digits) throw new GraphError(131021, 'Recipient and sender are the same number');
    const dice = Dice.of(script.seed, address.to, this.attempts.add(address.to));
    if (script.dropBeforeAccepting?.hits(address.to, dice)) {
      this.cutBefore += 1;
      return 'cut the connection';
    }
    const { openTemplates, openMedia } = scenario;
    const checked = this.check.check(body, { marketingApi, openTemplates, openMedia, phoneId: phone.id });
    const trouble = script.errors.filter(({ match }) => match.hits(address.to, dice));
    const refusal = trouble.find(({ rule }) => rule.when === 'answer');
    if (refusal !== undefined) throw errorOf(refusal);
    const windowOpen = this.customers.hasOpenWindow(phone.id, address.userId);
    const tooLate = checked.category === 'SERVICE' && !windowOpen && scenario.closedWindow !== 'allow';
    if (tooLate && scenario.closedWindow === 'answer') throw new GraphError(131047, WINDOW_CLOSED);
    this.limits.checkThroughput(phone.id, scenario.rateLimits.perSecond);
    this.limits.checkPair(phone.id, address.to, scenario.rateLimits.pair);
    this.limits.checkPortfolio(address.to, windowOpen, scenario.rateLimits);

    const failure = tooLate
      ? { code: 131047, details: WINDOW_CLOSED }
      : this.laterFailure(script, trouble, checked, address);
    return this.accept({ phone, address, checked, script, dice, marketingApi, text, failure, trouble });
  }

  clear(): void {
    this.attempts = new KeyCounter();
    this.cutBefore = 0;
  }

  private accept(taken: {
    phone: PhoneNumber;
    address: RecipientAddress;
    checked: CheckedMessage;
    script: Script;
    dice: Dice;
    marketingApi: boolean;
    text: string;
    failure: AcceptedMessage['failure'];
    trouble: Trouble<ErrorRule>[];
  }): SendAnswer {
    const { phone, address, checked, script, dice, marketingApi } = taken;
    const sequence = this.log.append({
      address,
      kind: {
        phoneNumberId: phone.id,
        type: checked.type,
        template: checked.template,
        language: checked.language,
      },
      callback: checked.callback,
      receivedAt: this.clock.now(),
      marketingApi,
      body: taken.text,
    });
    const id = this.wamids.outbound(address.to, sequence);
    const { held } = script;
    const heldRule =
      checked.type === 'template' && held?.match.hits(address.to, dice) === true ? held.rule : undefined;
    this.life.begin({
      sequence,
      id,
      address,
      phone,
      wabaId: phone.wabaId,
      callback: checked.callback,
      pricing: pricingOf(checked.category, marketingApi),
      quickReply: checked.quickReply,
      failure: taken.failure,
      held: heldRule,
      script,
      readers: script.readersOf(checked.template, this.clock.now()),
      dice,
    });
    if (script.dropConnection?.hits(address.to, dice)) {
      this.log.mark(sequence, 'connectionDropped');
      return 'cut the connection';
    }
    const answered = taken.trouble.find(({ rule }) => rule.when === 'answer-after-accepting');
    if (answered !== undefined) {
      this.log.mark(sequence, 'answeredWithError');
      throw errorOf(answered);
    }
    return { body: acceptedAnswer(id, address, checked.type === 'template', heldRule !== undefined) };
  }

  private laterFailure(
    { scenario }: Script,
    trouble: Trouble<ErrorRule>[],
    { category }: CheckedMessage,
    { userId, waId }: RecipientAddress,
  ): AcceptedMessage['failure'] {
    const rule = trouble.find((one) => one.rule.when === 'status')?.rule;
    if (rule !== undefined) return { code: rule.code, details: rule.details ?? 'Set by the scenario.' };
    if (category !== 'MARKETING') return undefined;
    if (this.customers.refusesMarketing(userId)) {
      return { code: 131050, details: 'The recipient has chosen to stop receiving marketing messages.' };
    }
    if (scenario.usMarketing === 'refuse' && waId !== undefined && isUsNumber(waId)) {
      return {
        code: 131049,
        details: 'Marketing templates are not delivered to WhatsApp users with a US number.',
      };
    }
    return undefined;
  }
}

const WINDOW_CLOSED = 'More than 24 hours have passed since the customer last replied to this number.';

function markAsRead(body: JsonObject): SendAnswer {
  if (!isText(body.message_id)) throw missingParameter('message_id');
  if (!body.message_id.startsWith('wamid.')) throw new GraphError(131009, 'Message ID is invalid');
  return MARK_AS_READ;
}

function refuseBlocked(phone: PhoneNumber): void {
  if (phone.health === 'BLOCKED') throw new GraphError(131031, 'This account cannot send messages.');
  if (phone.status === 'DISCONNECTED') throw new GraphError(133010, 'Register this number first.');
}

/** The scenario's error; one that comes after accepting is a server error by nature. */
function errorOf({ rule }: Trouble<ErrorRule>): GraphError {
  const error = new GraphError(rule.code, rule.details ?? 'Set by the scenario.');
  if (rule.when === 'answer' || error.status >= 500) return error;
  return new GraphError(rule.code, rule.details ?? 'Set by the scenario.', { status: 500 });
}

function acceptedAnswer(
  id: string,
  { input, waId, userId }: RecipientAddress,
  isTemplate: boolean,
  isHeld: boolean,
): string {
  const who = waId === undefined ? `"user_id":"${userId}"` : `"wa_id":"${waId}"`;
  const status = isTemplate
    ? `,"message_status":"${isHeld ? 'held_for_quality_assessment' : 'accepted'}"`
    : '';
  return `{"messaging_product":"whatsapp","contacts":[{"input":${JSON.stringify(input)},${who}}],"messages":[{"id":"${id}"${status}}]}`;
}

const SERVICE_PRICING =
  '{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}';

function pricingOf(category: CheckedMessage['category'], marketingApi: boolean): string {
  if (category === 'SERVICE') return SERVICE_PRICING;
  const word = category === 'MARKETING' && marketingApi ? 'marketing_lite' : category.toLowerCase();
  return `{"billable":true,"pricing_model":"PMP","type":"regular","category":"${word}"}`;
}
