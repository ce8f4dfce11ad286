import { detectableEffect, sampleSize } from '../inference/sample-size.js';
import { DomainError } from '../rules/errors/domain-error.js';

export interface SampleQuestion {
  baseline: number;
  /** The absolute difference that is to be found. */
  effect: number;
  power: number;
  alpha: number;
  variants: number;
  audience: number | null;
  dailyLimit: number | null;
}

export interface SamplePlan {
  perVariant: number;
  total: number;
  /** Null: without a daily limit nobody knows. */
  days: number | null;
  /** The smallest increase that could be found after each day; null: none. */
  detectableAt: { day: number; effect: number | null }[];
}

const MOST_DAYS = 100;

export function planSample(question: SampleQuestion): SamplePlan {
  const { baseline, effect, power, alpha, variants, audience, dailyLimit } = question;
  const other = baseline + effect;
  if (effect === 0 || other <= 0 || other >= 1) {
    const message = 'must be other than 0, and baseline + effect must lie between 0 and 1';
    throw new DomainError('invalid', 'invalid_effect', `effect ${message}.`, {
      errors: [{ field: 'effect', message }],
    });
  }
  const wanted = { power, alpha, variants };
  const perVariant = sampleSize(baseline, other, wanted);
  const total = perVariant * variants;
  const days = dailyLimit === null ? null : Math.ceil(total / dailyLimit);
  const people = audience ?? total;
  const perDay = dailyLimit ?? people;
  const shown = Math.min(MOST_DAYS, Math.ceil(people / perDay));
  const detectableAt = Array.from({ length: shown }, (_, index) => {
    const day = index + 1;
    const each = Math.floor(Math.min(people, day * perDay) / variants);
    return { day, effect: detectableEffect(baseline, each, wanted) };
  });
  return { perVariant, total, days, detectableAt };
}
