import type { PastAttempt } from '../../messages/log/message-attempt.js';
import {
  earlier,
  isUnderWay,
  MESSAGE_RANK,
  type MessageReport,
} from '../../messages/log/message-progress.js';
import type { MessageState } from '../../messages/log/message-state.js';
import {
  applyStatus,
  type Attempt,
  type DeliveryStatus,
  STATE_RANK,
} from '../../recipients/delivery-status.js';
import { isBetweenAttempts, type RecipientState } from '../../recipients/recipient-state.js';
import type { SendWindow } from '../../rules/calendar/send-window.js';
import { transportError } from '../../whatsapp/errors/graph-error.js';
import type { DeliveryReport } from './delivery-report.js';
import { judge, judgeInDoubt, judgeNotSent } from './error-policy.js';
import type { TrackedRecipient } from './recipient-progress.js';
import type { FailureContext, Ruling } from './ruling.js';

/** The failure reason of a recipient that was given up because no report ever said whether the message was sent. */
export const UNCONFIRMED = 'unconfirmed';
/** The same after Meta held the message back. Begins with the same word, by which a retry by hand selects both. */
export const HELD_TOO_LONG = `${UNCONFIRMED}: Meta held the message back and never said what became of it`;

/** What the campaign says about retries. */
export interface CampaignRules {
  retryFailed: boolean;
  maxRetries: number;
  window: SendWindow | null;
  timeZone: string;
  /** Cancelled or failed: it sends nothing more. */
  isOver: boolean;
}

export interface Folded {
  recipient: TrackedRecipient;
  messages: MessageReport[];
  rulings: { ruling: Ruling; at: Date }[];
  /** The latest attempt was certainly not sent, so the person no longer counts against the limit. */
  isRefunded: boolean;
  /** For the breaker: whether the outcome of the latest attempt is now known, and what failed since. */
  isJudged: boolean;
  failures: (number | null)[];
}

const STATUS_OF = {
  accepted: 'accepted',
  held: 'held',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'played',
  replied: 'replied',
  clicked: 'clicked',
} as const satisfies Partial<Record<DeliveryReport['kind'], DeliveryStatus>>;
type GoodKind = keyof typeof STATUS_OF;

// A reply or a click proves that the message was read, but not when.
const MESSAGE_STATE_OF = {
  accepted: 'accepted',
  held: 'held',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  replied: 'read',
  clicked: 'read',
} as const satisfies Record<GoodKind, MessageState>;

/**
 * Applies all reports about one recipient, in the order of their arrival, to what was known before. Repeated reports
 * change nothing, and a late report is judged by the attempt it is about.
 */
export function foldReports(
  known: TrackedRecipient,
  past: readonly PastAttempt[],
  reports: readonly DeliveryReport[],
  rules: CampaignRules,
  now: Date,
): Folded {
  const fold = new Fold(known, past, rules, now);
  for (const report of reports) fold.apply(report);
  return fold.result;
}

class Fold {
  readonly result: Folded;
  private readonly past: Map<number, PastAttempt>;

  constructor(
    known: TrackedRecipient,
    past: readonly PastAttempt[],
    private readonly rules: CampaignRules,
    private readonly now: Date,
  ) {
    this.past = new Map(past.map((attempt) => [attempt.attempt, { ...attempt }]));
    const recipient = { ...known };
    this.result = {
      recipient,
      messages: [],
      rulings: [],
      isRefunded: false,
      isJudged: false,
      failures: [],
    };
  }

  apply(report: DeliveryReport): void {
    const { recipient } = this.result;
    const number = Math.min(report.attempt ?? recipient.attempts, recipient.attempts);
    const isOver = number < recipient.attempts || isBetweenAttempts(recipient.status);
    const { kind } = report;
    if (isGood(kind)) this.hear({ ...report, kind }, number, isOver);
    else this.fail(report, number, isOver);
  }

  private hear(report: DeliveryReport & { kind: GoodKind }, number: number, isOver: boolean): void {
    const { recipient } = this.result;
    const attempt = this.attemptOf(number, isOver);
    const before = recipient.status;
    const status = STATUS_OF[report.kind];
    const next = applyStatus(before, status, attempt);
    const at = report.kind === 'replied' || report.kind === 'clicked' ? null : report.at;
    this.note(report, number, MESSAGE_STATE_OF[report.kind], at);

    if (next !== before) this.move(next, isOver ? number : null);
    else if (isOver) {
      this.hearArrival(report);
      return;
    }
    if (next === 'skipped') return;
    recipient.whatsappMessageId = report.wamid ?? recipient.whatsappMessageId;
    if (report.kind === 'accepted') recipient.sentAt = report.at;
    if (report.kind === 'sent') recipient.sentAt ??= report.at;
    this.hearArrival(report);
    // A reply or a late delivery may overtake everything before it; the attempt is judged once.
    if (!isOver && before === 'sending' && next !== before) this.result.isJudged = true;
  }

  private hearArrival({ kind, at, reply }: DeliveryReport): void {
    const { recipient } = this.result;
    if (recipient.status === 'skipped' || STATE_RANK[recipient.status] < STATE_RANK.delivered) return;
    if (kind === 'delivered') recipient.deliveredAt = earlier(recipient.deliveredAt, at);
    if (kind === 'read' || kind === 'played') recipient.readAt = earlier(recipient.readAt, at);
    if (kind === 'clicked') recipient.clickedAt = earlier(recipient.clickedAt, at);
    if (kind !== 'replied') return;
    const isFirst = recipient.respondedAt === null || at < recipient.respondedAt;
    if (isFirst) recipient.responseMessage = reply?.text ?? null;
    recipient.respondedAt = earlier(recipient.respondedAt, at);
    if (reply?.isClick === true) recipient.clickedAt = earlier(recipient.clickedAt, at);
  }

  /** `settledBy`: an attempt that was over turns out to have been sent, so what is known about it holds again. */
  private move(next: RecipientState, settledBy: number | null): void {
    const { recipient } = this.result;
    recipient.status = next;
    recipient.failedAt = null;
    recipient.failureReason = null;
    recipient.errorCode = null;
    recipient.nextAttemptAt = null;
    this.result.isRefunded = false;
    const settling = settledBy === null ? undefined : this.past.get(settledBy);
    if (settling === undefined) return;
    recipient.whatsappMessageId = settling.wamid;
    recipient.sentAt = settling.acceptedAt ?? settling.sentAt;
  }

  private fail(report: DeliveryReport, number: number, isOver: boolean): void {
    const { recipient } = this.result;
    const at = report.at < this.now ? report.at : this.now;
    const ruling = this.rule(report, { ...this.context(number), at });
    const isCertain = ruling.recipient !== 'in-doubt';
    const attempt = this.attemptOf(number, isOver);
    this.note(report, number, isCertain ? 'failed' : 'unknown', report.at);

    if (isOver) return;
    recipient.whatsappMessageId ??= report.wamid;
    if (recipient.status === 'failed' && attempt === 'unconfirmed') {
      if (isCertain) this.explain(ruling);
      return;
    }
    const isOut = ['sending', 'held', 'sent'].includes(recipient.status);
    if (!isOut || this.anotherIsUnderWay(number)) return;
    const wasJudged = recipient.status !== 'sending';
    if (isCertain) this.settle(ruling, at);
    this.result.rulings.push({ ruling, at });
    if (!ruling.countsAsFailure) return;
    if (!wasJudged) this.result.isJudged = true;
    this.result.failures.push(ruling.errorCode);
  }

  private rule({ kind, error }: DeliveryReport, context: FailureContext): Ruling {
    const said = error ?? transportError('No reason was given');
    if (kind === 'in-doubt') return judgeInDoubt(said, context);
    if (kind === 'not-sent') return judgeNotSent(said, context);
    return judge(said, { asynchronous: kind === 'failed' }, context);
  }

  private context(number: number): Omit<FailureContext, 'at'> {
    const earlierOnes = [...this.past.values()].filter(
      ({ attempt, status }) => attempt < number && status === 'failed',
    );
    return {
      ...this.rules,
      now: this.now,
      retryCount: this.result.recipient.retryCount,
      earlier: earlierOnes.sort((a, b) => a.attempt - b.attempt),
    };
  }

  private settle(ruling: Ruling, at: Date): void {
    const { recipient } = this.result;
    if (ruling.recipient === 'in-doubt') return;
    recipient.status = ruling.recipient;
    this.explain(ruling);
    recipient.nextAttemptAt = ruling.nextAttemptAt;
    this.result.isRefunded = ruling.quota === 'refund';
    if (ruling.recipient !== 'retry') {
      recipient.failedAt = at;
      return;
    }
    // The next attempt starts from a clean row; the message keeps the record of this one.
    recipient.whatsappMessageId = null;
    recipient.sentAt = null;
    recipient.failedAt = null;
    if (ruling.countsAsRetry) {
      recipient.retryCount += 1;
      recipient.lastRetryAt = this.now;
    }
  }

  private explain({ reason, errorCode }: Ruling): void {
    this.result.recipient.failureReason = reason;
    this.result.recipient.errorCode = errorCode;
  }

  private attemptOf(number: number, isOver: boolean): Attempt {
    const { status, failureReason } = this.result.recipient;
    if (isOver) return this.past.get(number)?.status === 'failed' ? 'refused' : 'unconfirmed';
    const isGivenUp = status === 'failed' && (failureReason ?? '').startsWith(UNCONFIRMED);
    return isGivenUp ? 'unconfirmed' : 'latest';
  }

  /** An attempt we had given up turned out to have been sent: the recipient needs no second message. */
  private anotherIsUnderWay(number: number): boolean {
    return [...this.past.values()].some(({ attempt, status }) => attempt !== number && isUnderWay(status));
  }

  /** Records the report for the message itself and for later reports in this fold. */
  private note(
    { recipientId, wamid, error, pricing, kind }: DeliveryReport,
    attempt: number,
    status: MessageReport['status'],
    at: Date | null,
  ): void {
    if (attempt === 0) return;
    this.result.messages.push({ message: { recipientId, attempt }, status, at, wamid, error, pricing });
    const known = this.past.get(attempt) ?? nothingOf(recipientId, attempt);
    if (MESSAGE_RANK[status] > MESSAGE_RANK[known.status]) known.status = status;
    known.wamid ??= wamid;
    if (kind === 'accepted') known.acceptedAt = earlier(known.acceptedAt, at);
    if (kind === 'sent') known.sentAt = earlier(known.sentAt, at);
    if (error !== null) {
      known.errorCode ??= error.code;
      known.httpStatus ??= error.httpStatus;
    }
    this.past.set(attempt, known);
  }
}

function nothingOf(recipientId: string, attempt: number): PastAttempt {
  const nothing = { wamid: null, acceptedAt: null, sentAt: null, errorCode: null, httpStatus: null };
  return { recipientId, attempt, status: 'sending', ...nothing };
}

/** Another attempt may follow, so the earlier attempts have to be loaded. */
export function isFailure({ kind }: DeliveryReport): boolean {
  return !isGood(kind);
}

function isGood(kind: DeliveryReport['kind']): kind is GoodKind {
  return kind in STATUS_OF;
}
