import { DomainError } from '../../rules/errors/domain-error.js';
import { classify } from '../errors/classify-error.js';
import { type GraphFailure } from './graph-answer.js';
import { type GraphError } from '../errors/graph-error.js';
import { type RateUsage } from './rate-usage.js';

const TRY_AGAIN_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 3_600;

/** Meta echoes what it was sent, and not every token looks like one: ours is removed by its value. */
function withoutToken(error: GraphError, token: string): GraphError {
  const clean = <T extends string | null>(text: T): T =>
    (token === '' ? text : (text?.replaceAll(token, '[token]') ?? text)) as T;
  return {
    ...error,
    title: clean(error.title),
    details: clean(error.details),
    userMessage: clean(error.userMessage),
  };
}

function describe({ title, details, code, fbtraceId }: GraphError): string {
  const what = details === null || details === title ? title : `${title}: ${details}`;
  const marks = [
    ...(code === null ? [] : [`code ${code}`]),
    ...(fbtraceId === null ? [] : [`fbtrace id ${fbtraceId}`]),
  ];
  return marks.length === 0 ? what : `${what} (${marks.join(', ')})`;
}

/** Meta says in minutes when calls are welcome again, but only once there was enough traffic. */
function secondsToWait(usage: RateUsage | null, otherwise: number): number {
  const minutes = Math.max(0, ...(usage?.budgets ?? []).map((budget) => budget.minutesToRegainAccess));
  return Math.min(LONGEST_WAIT_SECONDS, minutes > 0 ? minutes * 60 : otherwise);
}

/**
 * The error for a failed call that sends no message: `task` completes "Meta did not". Such a call can simply be
 * repeated, so a lost answer is only an outage.
 */
export function metaRefusal(
  { outcome, error, usage }: GraphFailure,
  task: string,
  token: string,
): DomainError {
  const cause = withoutToken(error, token);
  const detail = `Meta did not ${task}: ${describe(cause)}`;
  if (outcome !== 'refused') {
    const retryAfterSeconds = TRY_AGAIN_SECONDS;
    return new DomainError('unavailable', 'meta_unavailable', detail, { cause, retryAfterSeconds });
  }
  const { action } = classify({ ...error, asynchronous: false });
  if (action.kind === 'slow-down') {
    const retryAfterSeconds = secondsToWait(usage, Math.ceil(action.holdMs / 1_000));
    return new DomainError('rate', 'meta_rate_limited', detail, { cause, retryAfterSeconds });
  }
  return new DomainError('rule', 'meta_refused', detail, { cause });
}
