import {
  Flag,
  Instant,
  Integer,
  Nested,
  NestedList,
  OneOf,
  QueryFlag,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import {
  SYNC_PHASES,
  SYNC_RUN_STATUSES,
  type SyncPhase,
  SyncRun,
  type SyncRunStatus,
} from '../calls/sync-run.entity.js';

const MODES = ['full', 'push'] as const;
const TRIGGERS = ['manual', 'auto', 'webhook', 'schedule'] as const;
const CHANGES = [
  'create',
  'update',
  'delete',
  'pull-create',
  'pull-update',
  'conflict',
  'not-ready',
] as const;

export class StartSyncQuery {
  @OneOf(MODES, {
    optional: true,
    default: 'full',
    description: '`full` reads the whole catalog at Meta first; `push` only sends what has changed here',
  })
  mode?: (typeof MODES)[number];

  @QueryFlag({
    optional: true,
    description: 'Changes nothing, here or at Meta: `plan` says what would be done',
  })
  dryRun?: boolean;
}

export class SyncCallsDto {
  @Integer({
    description: 'Calls that change something at Meta: batches, creating and connecting the catalog',
  })
  write!: number;

  @Integer({ description: 'Questions what became of a batch' })
  poll!: number;

  @Integer()
  read!: number;
}

export class SyncProblemDto {
  @Text({ example: 'rejected' })
  code!: string;

  @Text({ max: 2_000 })
  message!: string;

  @Text({ optional: true, max: 200, example: 'BALI-5P' })
  sku?: string;

  @Instant()
  at!: string;
}

export class SyncPlanDto {
  @Text({ max: 200, example: 'BALI-5P' })
  sku!: string;

  @OneOf(CHANGES)
  change!: (typeof CHANGES)[number];

  @TextList({ optional: true, description: 'The fields that differ; for `not-ready` what is lacking' })
  fields?: string[];
}

export class SyncRunDto {
  @Uuid()
  id!: string;

  @Uuid()
  catalogId!: string;

  @OneOf(MODES)
  mode!: (typeof MODES)[number];

  @OneOf(TRIGGERS)
  trigger!: (typeof TRIGGERS)[number];

  @Flag()
  dryRun!: boolean;

  @OneOf(SYNC_RUN_STATUSES, { description: '`partial`: done, but some items were rejected or are not ready' })
  status!: SyncRunStatus;

  @OneOf(SYNC_PHASES)
  phase!: SyncPhase;

  @Flag({ description: 'Another run follows this one' })
  again!: boolean;

  @Instant({ nullable: true })
  startedAt!: string | null;

  @Instant({ nullable: true })
  finishedAt!: string | null;

  @Instant({
    nullable: true,
    description: 'Meta is not called before: a budget is used up, or Meta is not reachable',
  })
  waitingUntil!: string | null;

  @Integer({ description: 'Items created at Meta' })
  created!: number;

  @Integer({ description: 'Items changed at Meta' })
  updated!: number;

  @Integer({ description: 'Items deleted at Meta' })
  deleted!: number;

  @Integer({ description: 'Products and variants made of items that only Meta had' })
  pulledCreated!: number;

  @Integer({ description: 'Items whose changes at Meta were taken over' })
  pulledUpdated!: number;

  @Integer()
  conflicts!: number;

  @Integer({ description: 'Items that Meta rejected' })
  rejected!: number;

  @Integer({ description: 'Items that lack something Meta requires, and were not sent' })
  notReady!: number;

  @Integer()
  unchanged!: number;

  @Integer({ description: 'Items that Meta did not list' })
  missing!: number;

  @Nested(() => SyncCallsDto)
  calls!: SyncCallsDto;

  @Text({ nullable: true, max: 2_000 })
  failureReason!: string | null;

  @NestedList(() => SyncProblemDto, { description: 'The first of them' })
  problems!: SyncProblemDto[];

  @NestedList(() => SyncPlanDto, { optional: true, description: 'Of a dry run: the first changes' })
  plan?: SyncPlanDto[];

  static of(run: SyncRun): SyncRunDto {
    return {
      id: run.id,
      catalogId: run.catalogId,
      mode: run.mode,
      trigger: run.trigger,
      dryRun: run.isDryRun,
      status: run.status,
      phase: run.phase,
      again: run.again,
      startedAt: run.startedAt?.toISOString() ?? null,
      finishedAt: run.finishedAt?.toISOString() ?? null,
      waitingUntil: run.waitingUntil?.toISOString() ?? null,
      created: run.created,
      updated: run.updated,
      deleted: run.deleted,
      pulledCreated: run.pulledCreated,
      pulledUpdated: run.pulledUpdated,
      conflicts: run.conflicts,
      rejected: run.rejected,
      notReady: run.notReady,
      unchanged: run.unchanged,
      missing: run.missing,
      calls: { write: run.callsWrite, poll: run.callsPoll, read: run.callsRead },
      failureReason: run.failureReason,
      problems: run.problems as unknown as SyncProblemDto[],
      ...(run.isDryRun ? { plan: (run.plan ?? []) as SyncPlanDto[] } : {}),
    };
  }
}

export class SyncRunPageDto extends PageDto {
  @NestedList(() => SyncRunDto)
  data!: SyncRunDto[];
}
