import type { MessageState } from '../../messages/log/message-state.js';
import type { RecipientState } from '../../recipients/recipient-state.js';
import { type Day, startOfDay } from '../../rules/calendar/day.js';
import { classify } from '../../whatsapp/errors/classify-error.js';

export const EXPLANATION_EVENTS = [
  'added',
  'assigned',
  'planned',
  'attempt',
  'accepted',
  'held',
  'sent',
  'delivered',
  'read',
  'attempt_failed',
  'in_doubt',
  'replied',
  'clicked',
  'skipped',
  'opted_out',
  'failed',
  'waiting',
] as const;
export type ExplanationEvent = (typeof EXPLANATION_EVENTS)[number];

export interface ExplainedRecipient {
  status: RecipientState;
  scheduledSendDate: string | null;
  attemptedAt: Date | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  respondedAt: Date | null;
  clickedAt: Date | null;
  failedAt: Date | null;
  failureReason: string | null;
  errorCode: number | null;
  responseMessage: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** One row of whatsapp_messages. */
export interface ExplainedAttempt {
  attempt: number;
  status: MessageState;
  templateName: string | null;
  whatsappMessageId: string | null;
  createdAt: Date;
  acceptedAt: Date | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  failedAt: Date | null;
  heldAt: Date | null;
  doubtedAt: Date | null;
  errorCode: number | null;
  errorSubcode: number | null;
  errorTitle: string | null;
  errorDetails: string | null;
  fbtraceId: string | null;
  httpStatus: number | null;
}

export interface Explained {
  at: Date;
  event: ExplanationEvent;
  detail: string;
  attempt?: number;
  code?: number;
  title?: string;
  details?: string;
  fbtraceId?: string;
  httpStatus?: number;
  /** What the code means and what to do about it, from the error catalogue. */
  meaning?: string;
  action?: string;
}

export interface Surroundings {
  now: Date;
  timeZone: string;
  /** Its part in the experiment of the campaign. */
  assigned?: { at: Date; detail: string } | null;
  /** Why the recipient is waiting; null: it is not. */
  waitsFor: string | null;
}

/** The latest of these states says that the message was on its way. */
const ARRIVING: ReadonlySet<ExplanationEvent> = new Set(['attempt', 'accepted', 'held', 'sent']);

/** An attempt counts as failed after this long without a word from Meta. */
const DOUBT_MS = 24 * 60 * 60 * 1_000;
/** The same for a message that Meta holds back. */
const HELD_MS = 7 * DOUBT_MS;

/** What happened to one recipient and why, in order. */
export function explainRecipient(
  recipient: ExplainedRecipient,
  attempts: readonly ExplainedAttempt[],
  { now, timeZone, waitsFor, assigned = null }: Surroundings,
): Explained[] {
  const { createdAt, scheduledSendDate } = recipient;
  const events: Explained[] = [{ at: createdAt, event: 'added', detail: 'Added to the campaign.' }];
  if (assigned !== null) {
    const at = assigned.at > createdAt ? assigned.at : createdAt;
    events.push({ at, event: 'assigned', detail: assigned.detail });
  }
  if (scheduledSendDate !== null) {
    const day = startOfDay(scheduledSendDate as Day, timeZone);
    const latest = day < now ? day : now;
    const at = latest > createdAt ? latest : createdAt;
    events.push({ at, event: 'planned', detail: `Planned for ${scheduledSendDate}.` });
  }
  // Old messages may have been purged; then the recipient's own columns are all there is.
  const told = attempts.length > 0 ? attempts.flatMap(attemptSays) : inOrder(stepsOf(recipient));
  events.push(...told, ...recipientSays(recipient, told));
  events.sort((a, b) => a.at.getTime() - b.at.getTime());
  const stands = waitsFor ?? underWay(recipient);
  const last = events.at(-1)?.at ?? now;
  if (stands !== null) events.push({ at: last > now ? last : now, event: 'waiting', detail: stands });
  return events;
}

interface Steps {
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
}

function stepsOf({ sentAt, deliveredAt, readAt }: Steps): (Explained | null)[] {
  return [
    step('sent', sentAt, 'Sent to the phone.'),
    step('delivered', deliveredAt, 'Delivered to the phone.'),
    step('read', readAt, 'Read.'),
  ];
}

function step(event: ExplanationEvent, at: Date | null, detail: string): Explained | null {
  return at === null ? null : { at, event, detail };
}

/**
 * Meta reports whole seconds, so a later event may carry an earlier time than our own record of its cause. No event
 * is shown as earlier than its cause.
 */
function inOrder(steps: readonly (Explained | null)[]): Explained[] {
  let latest = new Date(0);
  return steps
    .filter((one) => one !== null)
    .map((one) => {
      latest = one.at > latest ? one.at : latest;
      return { ...one, at: latest };
    });
}

function attemptSays(message: ExplainedAttempt): Explained[] {
  const { attempt, createdAt, templateName, whatsappMessageId } = message;
  const template = templateName === null ? '' : ` with the template ${templateName}`;
  const answered: (Explained | null)[] = [
    { at: createdAt, event: 'attempt', detail: `Attempt ${attempt}${template}.` },
    step('accepted', message.acceptedAt, `Meta accepted it as ${whatsappMessageId ?? 'a message'}.`),
  ];
  // One phone of a person may have the message although another one rejected it, before or after.
  const held = step('held', message.heldAt, 'Meta holds the message while it assesses the template.');
  const outcome = [doubtOf(message), held, ...stepsOf(message), failureOf(message)].filter(
    (one) => one !== null,
  );
  outcome.sort((a, b) => a.at.getTime() - b.at.getTime());
  return inOrder([...answered, ...outcome]).map((one) => ({ ...one, attempt }));
}

/** Stays in the story after a status has settled it, or time has. */
function doubtOf(message: ExplainedAttempt): Explained | null {
  const { status, createdAt, doubtedAt } = message;
  if (doubtedAt === null) return null;
  const known = "Meta's answer never arrived, so the outcome was unknown.";
  if (status !== 'unknown') return { at: doubtedAt, event: 'in_doubt', detail: known };
  const detail = `Meta's answer never arrived. A status from Meta settles the outcome; without one it counts as unconfirmed from ${isoAfter(createdAt, DOUBT_MS)}. It is never sent again automatically.`;
  return { at: doubtedAt, event: 'in_doubt', detail, ...errorOf(message) };
}

function failureOf(message: ExplainedAttempt): Explained | null {
  const { failedAt, errorTitle, httpStatus } = message;
  if (failedAt === null) return null;
  const who = httpStatus === null ? 'Meta reported that it failed' : 'Meta refused it';
  const why = errorTitle === null ? '' : `: ${errorTitle}`;
  return { at: failedAt, event: 'attempt_failed', detail: `${who}${why}`, ...errorOf(message) };
}

function errorOf(message: ExplainedAttempt): Partial<Explained> {
  const { errorCode, errorSubcode: subcode, errorTitle, errorDetails, fbtraceId, httpStatus } = message;
  const about = { subcode, httpStatus, details: errorDetails };
  return {
    ...(errorCode === null ? {} : { code: errorCode, ...meaningOf(errorCode, about) }),
    ...(errorTitle === null ? {} : { title: errorTitle }),
    ...(errorDetails === null ? {} : { details: errorDetails }),
    ...(fbtraceId === null ? {} : { fbtraceId }),
    ...(httpStatus === null ? {} : { httpStatus }),
  };
}

/** Statuses have no HTTP status; answers always do. */
function meaningOf(
  code: number,
  {
    subcode = null,
    httpStatus = null,
    details = null,
  }: Partial<Record<'subcode' | 'httpStatus', number | null>> & {
    details?: string | null;
  } = {},
): { meaning: string; action: string } {
  const asynchronous = httpStatus === null;
  const { explanation, action } = classify({ code, subcode, httpStatus, details, asynchronous });
  return { meaning: explanation, action: action.kind };
}

/**
 * What the recipient's own columns say. The end follows from the attempts, and a reply never precedes the last one.
 */
function recipientSays(recipient: ExplainedRecipient, earlier: readonly Explained[]): Explained[] {
  const { status, respondedAt, clickedAt, responseMessage, failureReason, errorCode, createdAt } = recipient;
  const before = [createdAt, ...earlier.map(({ at }) => at)];
  const settledAt = latestOf([recipient.failedAt ?? recipient.updatedAt, ...before]);
  const lastAttempt = earlier.findLast(({ event }) => ARRIVING.has(event))?.at ?? createdAt;
  const answered = (at: Date | null): Date | null => at && latestOf([at, lastAttempt]);
  const events: (Explained | null)[] = [
    step(
      'replied',
      answered(respondedAt),
      responseMessage === null ? 'Replied.' : `Replied: ${responseMessage}`,
    ),
    step('clicked', answered(clickedAt), 'Tapped a button.'),
  ];
  if (status === 'skipped') {
    events.push(step('skipped', settledAt, failureReason ?? 'Not sent.'));
  }
  if (status === 'opted_out') {
    events.push(step('opted_out', settledAt, failureReason ?? 'Does not want marketing messages.'));
  }
  if (status === 'failed') {
    const code = errorCode === null ? {} : { code: errorCode, ...meaningOf(errorCode) };
    events.push({ at: settledAt, event: 'failed', detail: failureReason ?? 'Failed.', ...code });
  }
  return events.filter((one) => one !== null);
}

function latestOf(times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((at) => at.getTime())));
}

function underWay({ status, attemptedAt }: ExplainedRecipient): string | null {
  if (status === 'held') {
    const end =
      attemptedAt === null ? '' : ` It counts as unconfirmed from ${isoAfter(attemptedAt, HELD_MS)} on.`;
    return `Meta holds the message; a status will report the outcome.${end}`;
  }
  if (status !== 'sending') return null;
  const until =
    attemptedAt === null ? '' : ` It counts as unconfirmed from ${isoAfter(attemptedAt, DOUBT_MS)} on.`;
  return `Being sent, or waiting for a status because Meta's answer never arrived.${until}`;
}

function isoAfter(at: Date, ms: number): string {
  return new Date(at.getTime() + ms).toISOString();
}
