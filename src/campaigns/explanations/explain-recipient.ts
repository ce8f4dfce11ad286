import type { MessageState } from '../../messages/log/message-state.js';
import type { RecipientState } from '../../recipients/recipient-state.js';
import { type Day, startOfDay } from '../../rules/calendar/day.js';
import { classify } from '../../whatsapp/errors/classify-error.js';

export const EXPLANATION_EVENTS = [
  'added',
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
  /** What the code means and what to do about it, by the catalogue of errors. */
  meaning?: string;
  action?: string;
}

export interface Surroundings {
  now: Date;
  timeZone: string;
  /** Why nothing happens at the moment; null: because nothing is to happen. */
  waitsFor: string | null;
}

/** With the latest of these the message was on its way. */
const ARRIVING: ReadonlySet<ExplanationEvent> = new Set(['attempt', 'accepted', 'held', 'sent']);

/** After so long without a word from Meta an attempt counts as failed. */
const DOUBT_MS = 24 * 60 * 60 * 1_000;

/** What happened to one recipient and why, in order. */
export function explainRecipient(
  recipient: ExplainedRecipient,
  attempts: readonly ExplainedAttempt[],
  { now, timeZone, waitsFor }: Surroundings,
): Explained[] {
  const { createdAt, scheduledSendDate } = recipient;
  const events: Explained[] = [{ at: createdAt, event: 'added', detail: 'Added to the campaign.' }];
  if (scheduledSendDate !== null) {
    const day = startOfDay(scheduledSendDate as Day, timeZone);
    const latest = day < now ? day : now;
    const at = latest > createdAt ? latest : createdAt;
    events.push({ at, event: 'planned', detail: `Planned for ${scheduledSendDate}.` });
  }
  // Messages may have been removed for their age; what the recipient itself remembers is then all there is.
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
    step('sent', sentAt, 'On its way to the phone.'),
    step('delivered', deliveredAt, 'Arrived on the phone.'),
    step('read', readAt, 'Read.'),
  ];
}

function step(event: ExplanationEvent, at: Date | null, detail: string): Explained | null {
  return at === null ? null : { at, event, detail };
}

/**
 * Meta tells times in whole seconds, so what comes later may carry an earlier time than our own record of what came
 * before it. Nothing is shown as earlier than what it followed from.
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
  const { attempt, status, createdAt, templateName, whatsappMessageId } = message;
  const template = templateName === null ? '' : ` with the template ${templateName}`;
  const answered: (Explained | null)[] = [
    { at: createdAt, event: 'attempt', detail: `Attempt ${attempt}${template}.` },
    status === 'unknown'
      ? {
          at: createdAt,
          event: 'in_doubt',
          detail: `Nobody knows whether it went: a status of Meta's settles it, or it counts as unconfirmed from ${isoAfter(createdAt, DOUBT_MS)} on. It is not sent again by itself.`,
          ...errorOf(message),
        }
      : null,
    status === 'held'
      ? step('held', message.acceptedAt ?? createdAt, 'Meta holds it back to assess the template first.')
      : step('accepted', message.acceptedAt, `Meta took it as ${whatsappMessageId ?? 'a message'}.`),
  ];
  // A phone may have it although another one of the same person refused it, before or after.
  const outcome = [...stepsOf(message), failureOf(message)].filter((one) => one !== null);
  outcome.sort((a, b) => a.at.getTime() - b.at.getTime());
  return inOrder([...answered, ...outcome]).map((one) => ({ ...one, attempt }));
}

function failureOf(message: ExplainedAttempt): Explained | null {
  const { failedAt, errorTitle, httpStatus } = message;
  if (failedAt === null) return null;
  const who = httpStatus === null ? 'Meta reported that it failed' : 'Meta refused it';
  const why = errorTitle === null ? '' : `: ${errorTitle}`;
  return { at: failedAt, event: 'attempt_failed', detail: `${who}${why}`, ...errorOf(message) };
}

function errorOf(message: ExplainedAttempt): Partial<Explained> {
  const { errorCode, errorSubcode, errorTitle, errorDetails, fbtraceId, httpStatus } = message;
  return {
    ...(errorCode === null ? {} : { code: errorCode, ...meaningOf(errorCode, errorSubcode, httpStatus) }),
    ...(errorTitle === null ? {} : { title: errorTitle }),
    ...(errorDetails === null ? {} : { details: errorDetails }),
    ...(fbtraceId === null ? {} : { fbtraceId }),
    ...(httpStatus === null ? {} : { httpStatus }),
  };
}

/** Statuses carry no HTTP status; answers always do. */
function meaningOf(
  code: number,
  subcode: number | null,
  httpStatus: number | null,
): { meaning: string; action: string } {
  const asynchronous = httpStatus === null;
  const { explanation, action } = classify({ code, subcode, httpStatus, asynchronous });
  return { meaning: explanation, action: action.kind };
}

/** What the recipient itself remembers. How it ended follows from the attempts, and nobody answers before the last one. */
function recipientSays(recipient: ExplainedRecipient, told: readonly Explained[]): Explained[] {
  const { status, respondedAt, clickedAt, responseMessage, failureReason, errorCode, createdAt } = recipient;
  const before = [createdAt, ...told.map(({ at }) => at)];
  const settledAt = latestOf([recipient.failedAt ?? recipient.updatedAt, ...before]);
  const lastAttempt = told.findLast(({ event }) => ARRIVING.has(event))?.at ?? createdAt;
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
    events.push(step('skipped', settledAt, failureReason ?? 'Not written to.'));
  }
  if (status === 'opted_out') {
    events.push(step('opted_out', settledAt, failureReason ?? 'Does not want marketing messages.'));
  }
  if (status === 'failed') {
    const code = errorCode === null ? {} : { code: errorCode, ...meaningOf(errorCode, null, null) };
    events.push({ at: settledAt, event: 'failed', detail: failureReason ?? 'Failed.', ...code });
  }
  return events.filter((one) => one !== null);
}

function latestOf(times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((at) => at.getTime())));
}

function underWay({ status, attemptedAt }: ExplainedRecipient): string | null {
  if (status === 'held') return 'Meta holds the message back; a status says what becomes of it.';
  if (status !== 'sending') return null;
  const until =
    attemptedAt === null ? '' : ` It counts as unconfirmed from ${isoAfter(attemptedAt, DOUBT_MS)} on.`;
  return `Being sent, or waiting for a status because the answer never came.${until}`;
}

function isoAfter(at: Date, ms: number): string {
  return new Date(at.getTime() + ms).toISOString();
}
