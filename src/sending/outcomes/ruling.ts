import type { SendWindow } from '../../rules/calendar/send-window.js';

/** How far a stop reaches: the number, all numbers of its business account, all numbers that use its access token. */
export type Reach = 'sender' | 'account' | 'app';

export interface Stop {
  reach: Reach;
  reason: string;
  /** Null: until an operator lifts it. */
  until: Date | null;
}

/** The consequences of one failed attempt. */
export interface Ruling {
  /** `in-doubt`: the recipient stays `sending` until a webhook, time or a person settles it. */
  recipient: 'failed' | 'retry' | 'opted_out' | 'in-doubt';
  reason: string;
  errorCode: number | null;
  /** With `retry` only. */
  nextAttemptAt: Date | null;
  /** False: sent again through no fault of the recipient, as if it had not been attempted. */
  countsAsRetry: boolean;
  /** Whether the person keeps counting against the messaging limit. */
  quota: 'keep' | 'refund';
  campaign: { move: 'pause' | 'end'; reason: string } | null;
  stop: Stop | null;
  slowDown: { reach: Reach; holdMs: number } | null;
  endpoint: 'messages' | 'marketing_messages' | null;
  /** The person, or WhatsApp on their behalf, refused marketing: they are skipped from now on. */
  refusesMarketing: boolean;
  /** Whether the breaker counts it. */
  countsAsFailure: boolean;
}

/** An earlier failed attempt to reach the same recipient. */
export interface EarlierFailure {
  /** Both null: Meta was not reached. */
  errorCode: number | null;
  httpStatus: number | null;
}

export interface FailureContext {
  /** When it failed; never later than `now`. */
  at: Date;
  now: Date;
  retryFailed: boolean;
  maxRetries: number;
  /** Retries made so far that count. */
  retryCount: number;
  /** In the order in which they were made. */
  earlier: readonly EarlierFailure[];
  window: SendWindow | null;
  timeZone: string;
  /** The campaign has been cancelled or has failed. */
  isOver: boolean;
}
