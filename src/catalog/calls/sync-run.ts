import type { ItemDefaults } from '../items/item-of-product.js';
import type { ConflictPolicy } from '../items/item-merge.js';

export const RUN_COUNTS = [
  'created',
  'updated',
  'deleted',
  'pulledCreated',
  'pulledUpdated',
  'conflicts',
  'rejected',
  'notReady',
  'unchanged',
  'missing',
  'callsWrite',
  'callsPoll',
  'callsRead',
] as const;
export type RunCount = (typeof RUN_COUNTS)[number];
export type RunCounts = Record<RunCount, number>;

export type RunMode = 'full' | 'push';
export type RunTrigger = 'manual' | 'auto' | 'webhook' | 'schedule';
export type RunPhase = 'connect' | 'read' | 'push' | 'settle';

export interface RunProblem {
  code: string;
  message: string;
  sku?: string;
  at: string;
}

/** What a run remembers for the worker that continues it. */
export interface RunMemory {
  /** Refusals for too many calls in a row. */
  waits?: number;
  /** Outages and lost answers in a row. */
  failures?: number;
  /** Faults of our own. */
  faults?: number;
  /** Meta found larger calls too large. */
  mostRequests?: number;
  mostProducts?: number;
}

/** Everything about a run that its phases need, read when a worker takes it. */
export interface RunFacts {
  id: string;
  organizationId: string;
  catalogId: string;
  mode: RunMode;
  trigger: RunTrigger;
  isDryRun: boolean;
  phase: RunPhase;
  memory: RunMemory;
  startedAt: Date;
  metaCatalogId: string | null;
  catalogName: string;
  catalogIsActive: boolean;
  senderId: string | null;
  policy: ConflictPolicy;
  isAdopted: boolean;
  connectedCatalogId: string | null;
  defaults: ItemDefaults;
}

export interface PlannedChange {
  sku: string;
  change: 'create' | 'update' | 'delete' | 'pull-create' | 'pull-update' | 'conflict' | 'not-ready';
  fields?: string[];
}

/** What a step of a run has to write down about the run itself. */
export interface RunProgress {
  counts?: Partial<RunCounts>;
  problems?: Omit<RunProblem, 'at'>[];
  plan?: PlannedChange[];
  phase?: RunPhase;
  memory?: RunMemory;
}
