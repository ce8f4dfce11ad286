import { BUCKETS } from '../../recipients/variants/variant-bucket.js';
import { isOpenAt } from './is-open-at.js';
import type { SendWindow } from '../../rules/calendar/send-window.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { ExperimentSettings, NewVariant } from '../variants/experiment.js';
import { parseOutcomeWindow } from './outcome-window.js';

export const MOST_VARIANTS = 8;
const FEWEST_VARIANTS = 2;

export interface VariantInput {
  key?: string | undefined;
  name?: string | null | undefined;
  /** In percent, with two decimals. */
  weight: number;
  templateName?: string | null | undefined;
  templateLanguage?: string | null | undefined;
  templateVariables?: Record<string, unknown> | null | undefined;
  templateComponents?: unknown[] | null | undefined;
  sendAt?: string | null | undefined;
}

type Settings = Omit<ExperimentSettings, 'holdoutBp' | 'outcomeWindowMs'>;

export interface ExperimentInput extends Partial<{ [K in keyof Settings]: Settings[K] | undefined }> {
  variants: VariantInput[];
  holdoutPercent?: number | undefined;
  /** ISO 8601. */
  outcomeWindow?: string | undefined;
}

export interface Definition {
  settings: ExperimentSettings;
  variants: NewVariant[];
}

/** An experiment as it is stored. `seed`: the campaign's id unless one is given. */
export function definitionOf(
  input: ExperimentInput,
  { id, window }: { id: string; window: SendWindow | null },
): Definition {
  const variants = input.variants.map(variantOf);
  assertVariants(variants, window);
  const settings: ExperimentSettings = {
    mode: input.mode ?? null,
    seed: input.seed ?? id,
    holdoutBp: Math.round((input.holdoutPercent ?? 0) * 100),
    samplePercent: input.samplePercent ?? 20,
    maxSample: input.maxSample ?? null,
    minPerVariant: input.minPerVariant ?? 100,
    primaryMetric: input.primaryMetric ?? null,
    outcomeWindowMs: input.outcomeWindow === undefined ? null : parseOutcomeWindow(input.outcomeWindow),
    analysis: input.analysis ?? 'sequential',
    alpha: input.alpha ?? 0.05,
    decision: input.decision ?? 'automatic',
    onNoWinner: input.onNoWinner ?? 'best',
    maxOptOutRate: input.maxOptOutRate ?? 0.02,
  };
  return { settings, variants };
}

function variantOf(input: VariantInput, place: number): NewVariant {
  return {
    number: place + 1,
    key: input.key ?? String.fromCharCode('A'.charCodeAt(0) + place),
    name: input.name ?? null,
    weightBp: Math.round(input.weight * 100),
    templateName: input.templateName ?? null,
    languageCode: input.templateLanguage ?? null,
    templateVariables: input.templateVariables ?? null,
    templateComponents: input.templateComponents ?? null,
    sendAt: input.sendAt ?? null,
  };
}

function assertVariants(variants: readonly NewVariant[], window: SendWindow | null): void {
  if (variants.length < FEWEST_VARIANTS) {
    const detail = 'An experiment compares at least two variants.';
    throw refused('variants_too_few', detail, 'variants');
  }
  const total = variants.reduce((sum, { weightBp }) => sum + weightBp, 0);
  if (total !== BUCKETS) {
    const detail = `The weights of the variants add up to ${total / 100} %: they must add up to 100 %.`;
    throw refused('weights_not_100', detail, 'variants');
  }
  const twice = variants.findIndex(({ key }, n) => variants.findIndex((one) => one.key === key) < n);
  if (twice >= 0) {
    const message = `the key "${variants[twice]?.key ?? ''}" names two variants`;
    throw new DomainError('invalid', 'validation_failed', `variants: ${message}.`, {
      errors: [{ field: `variants.${twice}.key`, message }],
    });
  }
  for (const [n, { key, sendAt }] of variants.entries()) {
    if (sendAt === null || isOpenAt(window, sendAt)) continue;
    const hours = window === null ? '' : ` (${window.start} to ${window.end})`;
    const detail = `Variant ${key} is to be sent at ${sendAt}, outside the send window${hours}.`;
    throw refused('variant_outside_window', detail, `variants.${n}.sendAt`);
  }
}

function refused(code: string, detail: string, field: string): DomainError {
  return new DomainError('rule', code, detail, { errors: [{ field, message: detail }] });
}
