import type { Range } from '../random.js';

/** The messages a rule applies to: a share of all, certain numbers (`+1555*` is a prefix), at most this often. */
export interface Target {
  share: number;
  numbers: string[];
  times: number | null;
  timesPerNumber: number | null;
}

export const ERROR_MOMENTS = ['answer', 'status', 'answer-after-accepting'] as const;

export interface ErrorRule extends Target {
  code: number;
  when: (typeof ERROR_MOMENTS)[number];
  details: string | null;
}

export interface HeldRule extends Target {
  outcome: 'release' | 'drop' | 'wait';
  delayMs: number;
}

/** How readers of one template behave, at these hours (UTC) of its sending; none: at all. Null: as everybody. */
export interface TemplateRates {
  template: string;
  hours: number[];
  read: number | null;
  /** A tap on its quick reply. */
  click: number | null;
  reply: number | null;
}

export const CATALOG_FAULTS = [
  'code',
  'cut-before',
  'cut-after',
  'empty-handles',
  'never-finished',
  'reject',
] as const;

/** What goes wrong with calls about catalogs, this often; null: always. */
export interface CatalogErrorRule {
  kind: (typeof CATALOG_FAULTS)[number];
  call: 'items_batch' | 'check' | 'products' | 'item' | 'any';
  /** For `code`: Graph's error. */
  code: number;
  /** For throttles: what the usage header says until access is regained. */
  minutes: number;
  /** For `reject`: `A*` is a prefix, none means all. */
  skus: string[];
  message: string | null;
  times: number | null;
}

export interface Scenario {
  /** The app's callback URL; for messages a `subscribed_apps` override wins over it. */
  webhookUrl: string | null;
  /** The same seed gives each recipient the same fate; null draws a new one at each change. */
  seed: number | null;
  /** A template that was never created counts as approved, with whatever parameters arrive. */
  openTemplates: boolean;
  /** Ids of media that were never uploaded here are taken as they are; those that were must be alive. */
  openMedia: boolean;
  /** Free-form messages outside an open customer service window: 131047 at once, as a status, or allowed. */
  closedWindow: 'answer' | 'status' | 'allow';
  /** Marketing templates to US numbers: Meta accepts them and fails them with 131049. */
  usMarketing: 'allow' | 'refuse';
  rates: {
    delivery: number;
    skipDelivered: number;
    read: number;
    reply: number;
    stop: number;
    order: number;
  };
  /** By template and hour; the first rule that fits counts. */
  templateRates: TemplateRates[];
  /** Each is counted from the previous step. */
  delaysMs: { sent: Range; delivered: Range; read: Range; reply: Range };
  errors: ErrorRule[];
  /** Accepted and recorded, then the connection is cut without an answer. */
  dropConnection: Target | null;
  /** Cut without an answer and without accepting. */
  dropBeforeAccepting: Target | null;
  held: HeldRule | null;
  latencyMs: Range;
  rateLimits: {
    perSecond: number | null;
    pair: boolean;
    managementPerHour: number | null;
    portfolio: boolean;
  };
  /** The share of webhook updates that arrive a second time. */
  duplicates: number;
  /** Delays each update by up to this much, so that they overtake each other. */
  shuffle: { windowMs: number } | null;
  webhookBatch: { size: number; maxWaitMs: number; shape: 'statuses' | 'changes' | 'entries' };
  webhookRetry: { attempts: number; firstDelayMs: number; maxDelayMs: number };
  webhookConcurrency: number;
  templateReview: { outcome: 'approve' | 'reject' | 'wait'; delayMs: number };
  catalogBatchMs: number;
  catalogErrors: CatalogErrorRule[];
  /** What becomes of items that are new or changed. */
  catalogReview: { outcome: 'approve' | 'reject' | 'wait'; skus: string[]; reason: string };
  /** Pages of products: how many repeat an item of the page before, how many miss one, whether they are counted. */
  catalogPages: { repeat: number; miss: number; summary: boolean; most: number };
  /** Whether Meta answers with the address it was given, or with a copy of its own that changes with every read. */
  catalogImages: 'keep' | 'rehost';
}

/** A calm day: most messages arrive, some are read, a few customers reply, and nothing fails. */
export const CALM_DAY: Scenario = {
  webhookUrl: null,
  seed: null,
  openTemplates: true,
  openMedia: true,
  closedWindow: 'answer',
  usMarketing: 'allow',
  rates: { delivery: 0.97, skipDelivered: 0.02, read: 0.6, reply: 0.05, stop: 0.005, order: 0 },
  templateRates: [],
  delaysMs: {
    sent: { min: 50, max: 300 },
    delivered: { min: 200, max: 1_500 },
    read: { min: 1_000, max: 8_000 },
    reply: { min: 1_000, max: 8_000 },
  },
  errors: [],
  dropConnection: null,
  dropBeforeAccepting: null,
  held: null,
  latencyMs: { min: 0, max: 0 },
  rateLimits: { perSecond: null, pair: false, managementPerHour: null, portfolio: false },
  duplicates: 0,
  shuffle: null,
  webhookBatch: { size: 1, maxWaitMs: 0, shape: 'changes' },
  webhookRetry: { attempts: 8, firstDelayMs: 500, maxDelayMs: 60_000 },
  webhookConcurrency: 32,
  templateReview: { outcome: 'approve', delayMs: 1_000 },
  catalogBatchMs: 200,
  catalogErrors: [],
  catalogReview: { outcome: 'approve', skus: [], reason: 'The item breaks the commerce policy.' },
  catalogPages: { repeat: 0, miss: 0, summary: true, most: 5_000 },
  catalogImages: 'keep',
};
