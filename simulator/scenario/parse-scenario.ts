import { isToldLater } from '../graph/graph-error-catalog.js';
import {
  flag,
  httpUrl,
  listed,
  nullable,
  oneOf,
  overlay,
  readInput,
  share,
  text,
  whole,
  type Reader,
} from '../input-reader.js';
import { isObject } from '../json.js';
import type { Range } from '../random.js';
import {
  CATALOG_FAULTS,
  type CatalogErrorRule,
  ERROR_MOMENTS,
  type ErrorRule,
  type HeldRule,
  type Scenario,
  type Target,
  type TemplateRates,
} from './scenario.js';

const DAY_MS = 86_400_000;
const milliseconds = whole(0, DAY_MS);
const times = nullable(whole(1, 1_000_000_000));

const EVERYBODY: Target = { share: 1, numbers: [], times: null, timesPerNumber: null };
const TARGET = { share, numbers: listed(numberPattern), times, timesPerNumber: times };

/** Reads `given` over `base`: values that are not mentioned stay as they are in `base`. */
export function parseScenario(base: Scenario, given: unknown): Scenario {
  return readInput(scenarioOver(base), given, 'scenario');
}

function scenarioOver(base: Scenario): Reader<Scenario> {
  return overlay(base, {
    webhookUrl: nullable(httpUrl),
    seed: nullable(whole(0, 2 ** 31 - 1)),
    openTemplates: flag,
    openMedia: flag,
    closedWindow: oneOf('answer', 'status', 'allow'),
    usMarketing: oneOf('allow', 'refuse'),
    rates: overlay(base.rates, {
      delivery: share,
      skipDelivered: share,
      read: share,
      reply: share,
      stop: share,
      order: share,
    }),
    templateRates: listed(templateRates),
    delaysMs: overlay(base.delaysMs, { sent: range, delivered: range, read: range, reply: range }),
    errors: listed(errorRule),
    dropConnection: nullable(overlay(EVERYBODY, TARGET)),
    dropBeforeAccepting: nullable(overlay(EVERYBODY, TARGET)),
    held: nullable(
      overlay<HeldRule>(
        { ...EVERYBODY, outcome: 'release', delayMs: 5_000 },
        { ...TARGET, outcome: oneOf('release', 'drop', 'wait'), delayMs: milliseconds },
      ),
    ),
    latencyMs: range,
    rateLimits: overlay(base.rateLimits, {
      perSecond: nullable(whole(1, 1_000_000)),
      pair: flag,
      managementPerHour: nullable(whole(1, 1_000_000)),
      portfolio: flag,
    }),
    duplicates: share,
    shuffle: shuffle,
    webhookBatch: overlay(base.webhookBatch, {
      size: whole(1, 1000),
      maxWaitMs: milliseconds,
      shape: oneOf('statuses', 'changes', 'entries'),
    }),
    webhookRetry: overlay(base.webhookRetry, {
      attempts: whole(1, 1000),
      firstDelayMs: milliseconds,
      maxDelayMs: milliseconds,
    }),
    webhookConcurrency: whole(1, 512),
    templateReview: overlay(base.templateReview, {
      outcome: oneOf('approve', 'reject', 'wait'),
      delayMs: milliseconds,
    }),
    catalogBatchMs: milliseconds,
    catalogErrors: listed(catalogErrorRule),
    catalogReview: overlay(base.catalogReview, {
      outcome: oneOf('approve', 'reject', 'wait'),
      skus: listed(text),
      reason: text,
    }),
    catalogPages: overlay(base.catalogPages, {
      repeat: whole(0, 1_000),
      miss: whole(0, 1_000),
      summary: flag,
      most: whole(1, 5_000),
    }),
    catalogImages: oneOf('keep', 'rehost'),
  });
}

/** `250`, or `{"min": 100, "max": 400}`. */
function range(value: unknown, path: string): Range {
  if (!isObject(value)) {
    const exact = milliseconds(value, path);
    return { min: exact, max: exact };
  }
  const { min, max } = overlay<Partial<Range>>({}, { min: milliseconds, max: milliseconds })(value, path);
  const low = milliseconds(min, `${path}.min`);
  return { min: low, max: whole(low, DAY_MS)(max, `${path}.max`) };
}

/** `true` is short for a window of half a second, `false` for none. */
function shuffle(value: unknown, path: string): Scenario['shuffle'] {
  if (value === true) return { windowMs: 500 };
  if (value === false || value === null) return null;
  return overlay({ windowMs: 500 }, { windowMs: milliseconds })(value, path);
}

function errorRule(value: unknown, path: string): ErrorRule {
  const code = whole(0, 99_999_999)(isObject(value) ? value.code : undefined, `${path}.code`);
  return overlay<ErrorRule>(
    { ...EVERYBODY, code, when: isToldLater(code) ? 'status' : 'answer', details: null },
    { ...TARGET, code: whole(0, 99_999_999), when: oneOf(...ERROR_MOMENTS), details: nullable(text) },
  )(value, path);
}

function templateRates(value: unknown, path: string): TemplateRates {
  const template = text(isObject(value) ? value.template : undefined, `${path}.template`);
  return overlay<TemplateRates>(
    { template, hours: [], read: null, click: null, reply: null },
    {
      template: text,
      hours: listed(whole(0, 23)),
      read: nullable(share),
      click: nullable(share),
      reply: nullable(share),
    },
  )(value, path);
}

const catalogErrorRule = overlay<CatalogErrorRule>(
  { kind: 'code', call: 'any', code: 80_014, minutes: 0, skus: [], message: null, times: null },
  {
    kind: oneOf(...CATALOG_FAULTS),
    call: oneOf('items_batch', 'check', 'products', 'item', 'any'),
    code: whole(0, 99_999_999),
    minutes: whole(0, 1_440),
    skus: listed(text),
    message: nullable(text),
    times,
  },
);

/** A number in any spelling, a user id, or a prefix that ends in `*`; kept as digits or as the id. */
function numberPattern(value: unknown, path: string): string {
  const pattern = text(value, path).replaceAll(/[\s().+-]/g, '');
  return /^\d+\*?$/.test(pattern) ? pattern : text(value, path);
}
