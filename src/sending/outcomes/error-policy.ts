import { fit } from '../../platform/database/storable-text.js';
import type { EarlierFailure, FailureContext, Ruling, Stop } from './ruling.js';
import { nextTryInWindow } from '../../rules/calendar/retry-policy.js';
import { nextOpening } from '../../rules/calendar/send-window.js';
import { type Classification, classify } from '../../whatsapp/errors/classify-error.js';
import type { ErrorAction, RecipientFate } from '../../whatsapp/errors/error-action.js';
import { errorReason, LONGEST_REASON } from '../../whatsapp/errors/error-reason.js';
import type { GraphError } from '../../whatsapp/errors/graph-error.js';

const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;

/** Meta was not reached: retried after 5, 10, 20, 40 seconds, then every minute for as long as it takes. */
const UNREACHED_FIRST_MS = 5 * SECOND_MS;
const UNREACHED_LONGEST_MS = 60 * SECOND_MS;

/** A message that two endpoints refuse in turn must come to an end. */
const ENDPOINT_CHANGES = 3;

/** Until every worker knows the new endpoint: an earlier retry would go to the old one again. */
const ENDPOINT_CHANGE_MS = 10 * SECOND_MS;

type Action<K extends ErrorAction['kind']> = Extract<ErrorAction, { kind: K }>;

interface Case {
  error: GraphError;
  verdict: Classification;
  context: FailureContext;
  /** What an operator reads: Meta's words first, then ours. */
  reason: string;
}

/**
 * The consequences of a Meta error, from an answer to a send or from a `failed` status: for the recipient, and for
 * everything else it stops. The one place where the catalogue's actions become decisions.
 */
export function judge(
  error: GraphError,
  { asynchronous }: { asynchronous: boolean },
  context: FailureContext,
): Ruling {
  const { code, subcode, httpStatus, isTransient, details } = error;
  const verdict = classify({ code, subcode, httpStatus, isTransient, details, asynchronous });
  const ruling = react(verdict.action, { error, verdict, context, reason: errorReason(error, verdict) });
  return context.isOver ? withoutRetry(ruling) : ruling;
}

/** The answer does not say whether the message was sent, so it is never resent. A known code still stops what it stops. */
export function judgeInDoubt(error: GraphError, context: FailureContext): Ruling {
  const { stop } = judge(error, { asynchronous: false }, context);
  return { ...doubtful(error), stop };
}

/** Meta was never reached: not this recipient's failure, so the recipient never fails because of it. */
export function judgeNotSent(error: GraphError, context: FailureContext): Ruling {
  const failures = 1 + unreachedInARow(context.earlier);
  const delay = Math.min(UNREACHED_FIRST_MS * 2 ** (failures - 1), UNREACHED_LONGEST_MS);
  const reason = storable(`Meta could not be reached: ${error.title}.`);
  const ruling = again(reason, error.code, putOff(context, delay));
  return context.isOver ? withoutRetry(ruling) : ruling;
}

/** What an error without a message stops or slows down: Meta also reports trouble with a number or its account alone. */
export function judgeNumber(error: GraphError, now: Date): Pick<Ruling, 'stop' | 'slowDown'> {
  const { stop, slowDown } = judge(error, { asynchronous: true }, { ...NO_MESSAGE, at: now, now });
  return { stop, slowDown };
}

const NO_MESSAGE = {
  retryFailed: false,
  maxRetries: 0,
  retryCount: 0,
  earlier: [],
  window: null,
  timeZone: 'UTC',
  isOver: true,
};

function react(action: ErrorAction, one: Case): Ruling {
  switch (action.kind) {
    // The last two are not about messages; a message answered with one of them was certainly not sent.
    case 'fail':
    case 'restart-listing':
    case 'ignore':
      return failed(one);
    case 'suppress':
      return { ...failed(one), refusesMarketing: true };
    case 'opt-out':
      return { ...failed(one), recipient: 'opted_out', refusesMarketing: true, countsAsFailure: false };
    case 'retry':
      return retry(action, one);
    case 'retry-not-before':
      return notBefore(action, one);
    case 'pair-backoff':
      return pairBackoff(action, one);
    case 'slow-down':
      return {
        ...again(one.reason, one.error.code, putOff(one.context, action.holdMs)),
        slowDown: { reach: reachOf(one.verdict), holdMs: action.holdMs },
      };
    case 'in-doubt':
      return doubtful(one.error);
    case 'pause-campaign':
      return {
        ...fateOf(onceMore(action.recipient, one), one),
        campaign: { move: 'pause', reason: one.reason },
      };
    case 'end-campaign':
      return { ...fateOf(action.recipient, one), campaign: { move: 'end', reason: one.reason } };
    case 'pause-sender':
      return { ...fateOf(action.recipient, one), stop: stopOf('sender', one, action.forMs) };
    case 'pause-account':
      return { ...fateOf(action.recipient, one), stop: stopOf('account', one) };
    case 'pause-app':
      return { ...fateOf(action.recipient, one), stop: stopOf('app', one) };
    case 'use-endpoint':
      return timesBefore(one) < ENDPOINT_CHANGES
        ? { ...fateOf(action.recipient, one, ENDPOINT_CHANGE_MS), endpoint: action.endpoint }
        : failed(one);
  }
}

function retry({ attempts, firstDelayMs, factor, then }: Action<'retry'>, one: Case): Ruling {
  const { retryFailed, maxRetries, retryCount, at, now, window, timeZone } = one.context;
  const retries = retryFailed ? Math.min(attempts - 1, maxRetries) : 0;
  const next = nextTryInWindow({ retries, firstDelayMs, factor }, retryCount + 1, at, window, timeZone);
  if (next !== null) {
    // A failure that is reported late may already have waited long enough, but still keeps to the window.
    const nextAttemptAt = next > now ? next : nextOpening(window, now, timeZone);
    return {
      ...again(one.reason, one.error.code, nextAttemptAt),
      countsAsRetry: true,
      countsAsFailure: true,
    };
  }
  const ended = failed(one);
  return then === 'pause-campaign' ? { ...ended, campaign: { move: 'pause', reason: one.reason } } : ended;
}

function notBefore({ hours }: Action<'retry-not-before'>, one: Case): Ruling {
  const until = new Date(one.context.at.getTime() + hours * HOUR_MS);
  return failed(one, `${one.reason} Do not retry before ${until.toISOString()}.`);
}

/** Only this pair of numbers has to wait; no other message slows down for it. */
function pairBackoff({ attempts, baseSeconds }: Action<'pair-backoff'>, one: Case): Ruling {
  const before = timesBefore(one);
  if (before + 1 >= attempts) return failed(one);
  return again(one.reason, one.error.code, putOff(one.context, baseSeconds ** before * SECOND_MS));
}

function fateOf(fate: RecipientFate, one: Case, delayMs = 0): Ruling {
  switch (fate) {
    // Due at once: it waits anyway until whatever the error stopped is running again.
    case 'requeue':
      return again(one.reason, one.error.code, putOff(one.context, delayMs));
    case 'fail':
      return failed(one);
    case 'fail-until-approved':
      return failed(one, `${one.reason} It may be queued again when the template is approved again.`);
    case 'in-doubt':
      return doubtful(one.error);
  }
}

/**
 * Everyone in flight meets a fault of the template, so nobody fails for the first time they meet it. Who meets it again
 * after the campaign was resumed may have values of their own that cause it, and must not stop it at every resume.
 */
function onceMore(fate: RecipientFate, one: Case): RecipientFate {
  return fate === 'fail' && timesBefore(one) === 0 ? 'requeue' : fate;
}

const NOTHING_ELSE = {
  countsAsRetry: false,
  countsAsFailure: false,
  campaign: null,
  stop: null,
  slowDown: null,
  endpoint: null,
  refusesMarketing: false,
} as const;

function failed({ error, reason }: Case, text = reason): Ruling {
  return {
    ...NOTHING_ELSE,
    recipient: 'failed',
    reason: text,
    errorCode: error.code,
    nextAttemptAt: null,
    quota: 'refund',
    countsAsFailure: true,
  };
}

function again(reason: string, errorCode: number | null, nextAttemptAt: Date): Ruling {
  return { ...NOTHING_ELSE, recipient: 'retry', reason, errorCode, nextAttemptAt, quota: 'refund' };
}

function doubtful(error: GraphError): Ruling {
  return {
    ...NOTHING_ELSE,
    recipient: 'in-doubt',
    reason: storable(error.title),
    errorCode: error.code,
    nextAttemptAt: null,
    quota: 'keep',
  };
}

/** Its campaign never sends again, so it would wait forever. */
function withoutRetry(ruling: Ruling): Ruling {
  if (ruling.recipient !== 'retry') return ruling;
  return {
    ...ruling,
    recipient: 'failed',
    reason: `${ruling.reason} It is not retried because its campaign has ended.`,
    nextAttemptAt: null,
    countsAsRetry: false,
  };
}

function putOff({ at, now, window, timeZone }: FailureContext, delayMs: number): Date {
  const due = new Date(at.getTime() + delayMs);
  return nextOpening(window, due > now ? due : now, timeZone);
}

function timesBefore({ error, context }: Case): number {
  return context.earlier.filter(({ errorCode }) => errorCode === error.code).length;
}

function unreachedInARow(earlier: readonly EarlierFailure[]): number {
  const reached = earlier.findLastIndex(
    ({ errorCode, httpStatus }) => errorCode !== null || httpStatus !== null,
  );
  return earlier.length - 1 - reached;
}

function stopOf(reach: Stop['reach'], { context, reason }: Case, forMs?: number): Stop {
  return { reach, reason, until: forMs === undefined ? null : new Date(context.now.getTime() + forMs) };
}

function reachOf({ scope }: Classification): Stop['reach'] {
  return scope === 'account' || scope === 'app' ? scope : 'sender';
}

/** Cut to what every place that stores it can hold. */
function storable(reason: string): string {
  return fit(reason, LONGEST_REASON);
}
