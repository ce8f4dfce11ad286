import { classify } from '../../whatsapp/errors/classify-error.js';

export interface FailedRecipient {
  errorCode: number | null;
  failedAt: Date | null;
  isOptedOut: boolean;
}

export const RETRY_REFUSALS = ['not_failed', 'not_found', 'opted_out', 'blocked', 'too_early'] as const;
export type RetryRefusal = (typeof RETRY_REFUSALS)[number];

const HOUR_MS = 60 * 60 * 1_000;

/**
 * Why a failed recipient must not be retried, not even by hand. Opt-outs win over everything, people who blocked the
 * number are never retried, and retrying too soon after Meta withheld a message only prolongs the block. Null: retry is
 * allowed.
 */
export function retryRefusal(
  { errorCode, failedAt, isOptedOut }: FailedRecipient,
  now: Date,
): RetryRefusal | null {
  if (isOptedOut) return 'opted_out';
  if (errorCode === null) return null;
  const { action } = classify({ code: errorCode, asynchronous: true });
  if (action.kind === 'opt-out') return 'opted_out';
  if (action.kind === 'suppress') return 'blocked';
  if (action.kind === 'retry-not-before' && failedAt !== null) {
    return now.getTime() < failedAt.getTime() + action.hours * HOUR_MS ? 'too_early' : null;
  }
  return null;
}
