/** What the error concerns, and so how far the reaction reaches. `app` is the access token. */
export type ErrorScope = 'recipient' | 'template' | 'sender' | 'account' | 'app' | 'payload' | 'meta';

/** What a synchronous error answer says about the message: only `certainly-not-sent` may be sent again. */
export type Certainty = 'certainly-not-sent' | 'in-doubt';

/**
 * What happens to a recipient whose send met an error that stops more than this recipient: `requeue`: goes out once
 * the stop is lifted; `fail`: the fault may lie in this recipient's own values, and waiting would stop the campaign
 * at the same recipient after every resume (when it pauses the campaign, everyone in flight meets it, so they are sent
 * to once more after the resume); `fail-until-approved`: failed, may be queued again when the template is approved
 * again; `in-doubt`: the answer does not say whether it went.
 */
export type RecipientFate = 'requeue' | 'fail' | 'fail-until-approved' | 'in-doubt';

export type ErrorAction =
  | { kind: 'fail' }
  /** Failed, and no campaign may use this person again until an operator says so. */
  | { kind: 'suppress' }
  | { kind: 'opt-out' }
  /** `attempts` counts every send, the first included; the delays are firstDelayMs * factor^n. */
  | { kind: 'retry'; attempts: number; firstDelayMs: number; factor: number; then: 'fail' | 'pause-campaign' }
  /** Failed; no marketing goes to this person, manually or automatically, before the hours are over. */
  | { kind: 'retry-not-before'; hours: number }
  /** Requeue after base^n seconds, n = 0, 1, 2 ... for this pair of sender and person only. */
  | { kind: 'pair-backoff'; attempts: number; baseSeconds: number }
  /** Requeue, hold the scope (sender, account or app) for `holdMs`, and resume at a lower rate. */
  | { kind: 'slow-down'; holdMs: number }
  | { kind: 'in-doubt' }
  | { kind: 'pause-campaign'; recipient: RecipientFate }
  | { kind: 'end-campaign'; recipient: RecipientFate }
  /** Without `forMs` a person has to lift the pause. */
  | { kind: 'pause-sender'; recipient: RecipientFate; forMs?: number }
  /** Every sender of the WhatsApp Business Account. */
  | { kind: 'pause-account'; recipient: RecipientFate }
  /** Every sender that uses this access token. */
  | { kind: 'pause-app'; recipient: RecipientFate }
  /** Send through the other endpoint; already there: fail. */
  | { kind: 'use-endpoint'; endpoint: 'messages' | 'marketing_messages'; recipient: RecipientFate }
  /** Only in answers to management calls: list again without a cursor. */
  | { kind: 'restart-listing' }
  /** Does not concern a message of ours. */
  | { kind: 'ignore' };

export interface CatalogEntry {
  /** One code, or an inclusive range. */
  code: number | readonly [from: number, to: number];
  /** As Meta's error page lists it; null where it does not. Never branch on it. */
  httpStatus: number | null;
  title: string;
  scope: ErrorScope;
  certainty: Certainty;
  transient: boolean;
  /** What the engine does when the answer to a send carries the code. */
  synchronous: ErrorAction;
  /** What it does when a `failed` status carries it: then the message is known not to have been delivered. */
  asynchronous: ErrorAction;
  /** For the operator: what it means and what to do. */
  explanation: string;
}
