import type { Subscription } from '../profiles/subscription.js';

export const CONSENT_KINDS = [
  'opt_in',
  'start',
  'resume',
  'import',
  'opt_out',
  'stop',
  'stop_preference',
] as const;

/**
 * What happened to a customer's consent:
 * - `opt_in`, `opt_out`: stated to the business, recorded through the API;
 * - `start`, `stop`: a keyword in the chat;
 * - `resume`, `stop_preference`: WhatsApp's own setting; error 131050 reports the latter;
 * - `import`: an imported list says the person agreed.
 */
export type ConsentKind = (typeof CONSENT_KINDS)[number];

export interface ConsentEvent {
  kind: ConsentKind;
  /** When it happened, not when it arrived. */
  at: Date;
  /** Where it came from, for the record. */
  source: string;
}

export interface Consent {
  subscription: Subscription;
  /** The event that decided it. */
  kind: ConsentKind;
  since: Date;
  source: string;
}

/**
 * Which refusals each kind of consent lifts. A new statement by the person lifts everything. WhatsApp's setting lifts
 * refusals made in WhatsApp, not refusals stated to the business. A list lifts nothing: it may be older than the
 * refusal, whenever it is imported.
 */
const LIFTS: Readonly<Record<ConsentKind, readonly ConsentKind[] | null>> = {
  opt_in: ['opt_out', 'stop', 'stop_preference'],
  start: ['opt_out', 'stop', 'stop_preference'],
  resume: ['stop', 'stop_preference'],
  import: [],
  opt_out: null,
  stop: null,
  stop_preference: null,
};

/** Whether the person says yes with it. A list is hearsay. */
export function isAgreement(kind: ConsentKind): boolean {
  return (LIFTS[kind] ?? []).length > 0;
}

/**
 * Folds a person's history into their consent, whatever the order of the events and however often they arrived. Null
 * if nothing is known. At the same instant a refusal wins.
 */
export function foldConsent(history: readonly ConsentEvent[]): Consent | null {
  const { refusals, agreement } = replay(history);
  const [refusal] = refusals;
  if (refusal !== undefined) return settledBy(refusal, 'unsubscribed');
  return agreement && settledBy(agreement, 'subscribed');
}

/** The refusals that nothing has lifted, at most one of each kind. */
export function standingRefusals(history: readonly ConsentEvent[]): ConsentEvent[] {
  return replay(history).refusals;
}

function replay(history: readonly ConsentEvent[]): {
  refusals: ConsentEvent[];
  agreement: ConsentEvent | null;
} {
  // Each kind of refusal stands until it is lifted: resuming in WhatsApp must not undo an opt-out stated to the
  // business, whichever refusal came last.
  const refusals = new Map<ConsentKind, ConsentEvent>();
  let agreement: ConsentEvent | null = null;
  for (const event of [...history].sort(byTime)) {
    const lifted = LIFTS[event.kind];
    if (lifted === null) {
      if (!refusals.has(event.kind)) refusals.set(event.kind, event);
      agreement = null;
    } else {
      for (const kind of lifted) refusals.delete(kind);
      if (refusals.size === 0) agreement ??= event;
    }
  }
  return { refusals: [...refusals.values()], agreement };
}

function settledBy({ kind, at, source }: ConsentEvent, subscription: Subscription): Consent {
  return { subscription, kind, since: at, source };
}

/** By time; at the same instant agreements before refusals; then by source, so the order of arrival never matters. */
function byTime(a: ConsentEvent, b: ConsentEvent): number {
  return (
    a.at.getTime() - b.at.getTime() ||
    CONSENT_KINDS.indexOf(a.kind) - CONSENT_KINDS.indexOf(b.kind) ||
    (a.source < b.source ? -1 : Number(a.source > b.source))
  );
}
