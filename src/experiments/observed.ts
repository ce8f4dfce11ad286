import type { Counted } from '../inference/sample.js';

/** What a recipient's row can tell. One more word here, and its column in `observe.queries.ts`, measures one more. */
export const MEASURES = ['delivered', 'read', 'clicked', 'replied', 'converted'] as const;
export type Measure = (typeof MEASURES)[number];

export const GUARDRAILS = ['optedOut', 'failed'] as const;
export type Guardrail = (typeof GUARDRAILS)[number];

const HOUR_MS = 60 * 60 * 1_000;
/** A person opts out within days of a message, not within hours. */
export const GUARDRAIL_WINDOW_MS = 72 * HOUR_MS;

export function isMeasure(metric: string | null): metric is Measure {
  return MEASURES.some((measure) => measure === metric);
}

/** The people of one variant at a look. Each measure counts those whose time for it is over. */
export interface ObservedVariant {
  number: number;
  assigned: number;
  /** Still to be sent to. */
  waiting: number;
  /** At least one attempt, however it ended. */
  attempted: number;
  /** Those of them whose attempt has ended: the message is out, or has failed. */
  started: number;
  /** Their time for the primary metric is over. */
  mature: number;
  /** Their time for the guardrails is over. */
  guarded: number;
  outcomes: Record<Measure, Counted>;
  /** Of those whose time for the guardrails is over. */
  guardrails: Record<Guardrail, number>;
  /** Of those started, so far, and within the time for the guardrails. */
  optedOutSoFar: number;
}

export function nobodyYet(number: number): ObservedVariant {
  const none = (): Counted => ({ units: 0, successes: 0 });
  return {
    ...{ number, assigned: 0, waiting: 0, attempted: 0, started: 0, mature: 0, guarded: 0 },
    outcomes: { delivered: none(), read: none(), clicked: none(), replied: none(), converted: none() },
    guardrails: { optedOut: 0, failed: 0 },
    optedOutSoFar: 0,
  };
}

export function sumOf(
  variants: readonly ObservedVariant[],
  figure: 'assigned' | 'waiting' | 'attempted' | 'mature' | 'guarded',
): number {
  return variants.reduce((sum, variant) => sum + variant[figure], 0);
}
