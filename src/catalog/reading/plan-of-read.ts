import type { PlannedChange, RunProgress } from '../calls/sync-run.js';
import type { RemoteItem } from '../items/remote-item.js';
import { isUnchanged, type Judgement } from './judge-item.js';

/** What a full run would do about the items of a page, pulling as well as pushing. */
export function planOfRead(
  judged: readonly Judgement[],
  unknown: readonly RemoteItem[],
  now: Date,
): RunProgress {
  const plan: PlannedChange[] = unknown.map(({ retailerId }) => ({ sku: retailerId, change: 'pull-create' }));
  for (const judgement of judged) plan.push(...changesOf(judgement, now));
  const count = (...wanted: PlannedChange['change'][]) =>
    plan.filter(({ change }) => wanted.includes(change)).length;
  return {
    plan,
    counts: {
      pulledCreated: count('pull-create'),
      pulledUpdated: count('pull-update'),
      conflicts: count('conflict'),
      updated: count('update'),
      deleted: count('delete'),
      notReady: count('not-ready'),
      unchanged: judged.filter(isUnchanged).length,
    },
  };
}

function changesOf(judgement: Judgement, now: Date): PlannedChange[] {
  const { row, pull, conflicts } = judgement;
  const sku = row.retailerId;
  return [
    ...(conflicts.length > 0 ? [{ sku, change: 'conflict' as const, fields: conflicts }] : []),
    ...(pull.length > 0 ? [{ sku, change: 'pull-update' as const, fields: pull }] : []),
    ...pushOf(judgement, now),
  ];
}

/** A conflict holds the whole item, and a rejected one rests. */
function pushOf({ row, push, conflicts, lacks, isLingering }: Judgement, now: Date): PlannedChange[] {
  const sku = row.retailerId;
  const isResting = row.status !== 'not_ready' && row.retryAt !== null && row.retryAt > now;
  if (conflicts.length > 0 || isResting) return [];
  if (isLingering) return [{ sku, change: 'delete' }];
  if (push.length === 0) return [];
  if (lacks.length > 0) return [{ sku, change: 'not-ready', fields: lacks.map(({ code }) => code) }];
  return [{ sku, change: 'update', fields: push }];
}
