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
 * What happened to somebody's consent:
 * - `opt_in`, `opt_out`: told to the business, recorded through the API;
 * - `start`, `stop`: a keyword in the chat;
 * - `resume`, `stop_preference`: WhatsApp's own setting; error 131050 tells of the latter;
 * - `import`: a list says the person agreed.
 */
export type ConsentKind = (typeof CONSENT_KINDS)[number];

export interface ConsentEvent {
  kind: ConsentKind;
  /** When it happened, not when it arrived. */
  at: Date;
  /** Where it came from, for the record. */
  source: string;
}

export type Subscription = 'subscribed' | 'unsubscribed';

export interface Consent {
  subscription: Subscription;
  /** The event that settled it. */
  kind: ConsentKind;
  since: Date;
  source: string;
}

/**
 * Which refusals each kind of consent lifts. Fresh words of the person lift everything. WhatsApp's setting lifts
 * what was said in WhatsApp, not what was said to the business. A list lifts nothing: it may well be older
 * than the refusal, whenever it is imported.
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

/**
 * The consent that a person's history adds up to, in whatever order and however often its events arrived; null
 * when nothing is known. At the same instant a refusal wins.
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
  // Each kind of refusal stands until it is lifted: resuming in WhatsApp must not undo an opt-out told to the
  // business, whichever of the two refusals came last.
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

/** By time; at one instant agreements before refusals; then by what is left, so that no order of arrival shows. */
function byTime(a: ConsentEvent, b: ConsentEvent): number {
  return (
    a.at.getTime() - b.at.getTime() ||
    CONSENT_KINDS.indexOf(a.kind) - CONSENT_KINDS.indexOf(b.kind) ||
    (a.source < b.source ? -1 : Number(a.source > b.source))
  );
}
