import type { SendWindow } from '../../rules/calendar/send-window.js';

/** How far a stop reaches: the number, all numbers of its business account, all that use its access token. */
export type Reach = 'sender' | 'account' | 'app';

export interface Stop {
  reach: Reach;
  reason: string;
  /** Null: until somebody lifts it. */
  until: Date | null;
}

/** What follows from one failed attempt. */
export interface Ruling {
  /** `in-doubt`: the recipient stays `sending`, and only a webhook, time or a person moves it on. */
  recipient: 'failed' | 'retry' | 'opted_out' | 'in-doubt';
  reason: string;
  errorCode: number | null;
  /** With `retry` only. */
  nextAttemptAt: Date | null;
  /** False: sent again for no fault of the recipient's, and then it is as if it had not been tried. */
  countsAsRetry: boolean;
  /** Whether the person goes on counting against the messaging limit. */
  quota: 'keep' | 'refund';
  campaign: { move: 'pause' | 'end'; reason: string } | null;
  stop: Stop | null;
  slowDown: { reach: Reach; holdMs: number } | null;
  endpoint: 'messages' | 'marketing_messages' | null;
  /** The person, or WhatsApp for them, has refused: they are left out from here on. */
  refusesMarketing: boolean;
  /** For the breaker. */
  countsAsFailure: boolean;
}

/** An earlier attempt at the same recipient that failed. */
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
  /** Retries made so far, those that count. */
  retryCount: number;
  /** In the order in which they were made. */
  earlier: readonly EarlierFailure[];
  window: SendWindow | null;
  timeZone: string;
  /** The campaign has been cancelled or has failed. */
  isOver: boolean;
}
