import { cutTitle } from '../items/item-text.js';
import { digestOf, digestsOf } from '../items/item-digest.js';
import { changedFields } from '../items/item-digest.js';
import { type Digests, type RemoteValues, TWO_WAY_FIELDS, type TwoWayField } from '../items/item-fields.js';
import { mergeItem } from '../items/item-merge.js';
import type { Item } from '../items/item-of-product.js';
import type { ConflictPolicy } from '../items/item-merge.js';
import type { ConflictValues, ItemRow } from '../items/item-row.js';
import type { RemoteItem } from '../items/remote-item.js';
import type { ItemState } from './item-state.js';

export interface Judgement {
  row: ItemRow;
  remote: RemoteItem;
  /** What to store if the item has not changed meanwhile; null: nothing is new. */
  state: ItemState | null;
  pull: TwoWayField[];
  push: string[];
  conflicts: TwoWayField[];
  /** What keeps it from being sent. */
  lacks: Item['lacks'];
  /** The item of a product that has variants now: it has to be deleted at Meta, which the next push does. */
  isLingering: boolean;
}

export interface JudgeRule {
  policy: ConflictPolicy;
  isAdopted: boolean;
}

/** Ours is compared in the form in which it is sent, so a long title of theirs is cut in the same way. */
export function remoteDigest(field: TwoWayField, value: string): string {
  return digestOf(field === 'name' ? cutTitle(value) : value);
}

export function remoteDigests(values: RemoteValues): Digests {
  const digests: Digests = {};
  for (const field of TWO_WAY_FIELDS) {
    const value = values[field];
    if (value !== undefined) digests[field] = remoteDigest(field, value);
  }
  return digests;
}

/** What a read of the item means: what both sides agree on now, what to pull, what to push, and what is undecided. */
export function judgeItem(row: ItemRow, item: Item, remote: RemoteItem, rule: JudgeRule): Judgement {
  const ours = digestsOf(item.values);
  const theirs = remoteDigests(remote.values);
  const merge = mergeItem(ours, theirs, row.agreed ?? {}, { ...rule, forced: item.forced });
  const pulled = new Set<string>(merge.pull);
  const isDirty =
    merge.conflicts.length > 0 || changedFields(ours, merge.agreed).some((field) => !pulled.has(field));
  const conflict = conflictOf(merge.conflicts, item, remote);
  const state: ItemState = {
    id: row.id,
    version: row.version,
    status: conflict !== null ? 'conflict' : isDirty ? dirtyStatus(row) : 'synced',
    isDirty,
    agreed: merge.agreed,
    missingReads: 0,
    conflict,
    ...factsOf(row, remote, isDirty),
  };
  const isNew = !isSame(row, state);
  return {
    row,
    remote,
    state: isNew ? state : null,
    pull: merge.pull,
    push: merge.push,
    conflicts: merge.conflicts,
    lacks: item.lacks,
    isLingering: false,
  };
}

/** A group has no item of its own. */
export function lingering(row: ItemRow, remote: RemoteItem): Judgement {
  const state = {
    id: row.id,
    version: row.version,
    status: 'dirty',
    isDirty: true,
    agreed: row.agreed ?? {},
    missingReads: 0,
    conflict: null,
    ...factsOf(row, remote, true),
  };
  return { row, remote, state, pull: [], push: [], conflicts: [], lacks: [], isLingering: true };
}

/** Neither side has anything for the other. */
export function isUnchanged({ pull, push, conflicts, isLingering }: Judgement): boolean {
  return pull.length + push.length + conflicts.length === 0 && !isLingering;
}

/** Meta's alone: they never make an item dirty. */
export function factsOf(row: ItemRow, remote: RemoteItem, isDirty: boolean) {
  // What was said about the last attempt to send stands until the next one.
  const kept = isDirty ? row.problems.filter(({ code }) => STAYING.has(code)) : [];
  const problems = [...kept, ...remote.problems].map((problem) => ({
    ...problem,
    ...(row.problems.find(({ code, message }) => code === problem.code && message === problem.message) ?? {}),
  }));
  return {
    metaProductId: remote.id,
    problems: problems.slice(0, MOST_PROBLEMS),
    reviewStatus: remote.reviewStatus,
    reviewReasons: remote.reviewReasons,
    imageStatus: remote.imageStatus,
  };
}

const MOST_PROBLEMS = 20;
/** Problems of sending, which a read does not see. */
const STAYING = new Set(['rejected', 'image_missing', 'link_missing']);

/** A rejected item stays rejected, and one that is not ready stays so, until it is sent again. */
function dirtyStatus({ status }: ItemRow): string {
  return status === 'rejected' || status === 'not_ready' ? status : 'dirty';
}

function conflictOf(
  fields: readonly TwoWayField[],
  { values }: Item,
  remote: RemoteItem,
): Record<string, ConflictValues> | null {
  if (fields.length === 0) return null;
  return Object.fromEntries(
    fields.map((field) => [field, { ours: values[field], theirs: remote.values[field] ?? '' }]),
  );
}

/** Most items of most reads are as they were: no row is written for them. */
function isSame(row: ItemRow, state: ItemState): boolean {
  return (
    row.status === state.status &&
    row.isDirty === state.isDirty &&
    row.metaProductId === state.metaProductId &&
    row.missingReads === 0 &&
    row.reviewStatus === state.reviewStatus &&
    row.imageStatus === state.imageStatus &&
    JSON.stringify(row.reviewReasons) === JSON.stringify(state.reviewReasons) &&
    sameProblems(row.problems, state.problems) &&
    sameEntries(row.agreed, state.agreed) &&
    sameEntries(row.conflict, state.conflict)
  );
}

function sameProblems(
  a: readonly { code: string; message: string }[],
  b: readonly { code: string; message: string }[],
) {
  return (
    a.length === b.length &&
    a.every(({ code, message }, i) => code === b[i]?.code && message === b[i].message)
  );
}

/** PostgreSQL keeps the keys of an object in an order of its own. */
function sameEntries(a: object | null, b: object | null): boolean {
  if (a === null || b === null) return a === b;
  const [left, right] = [a, b].map((object) =>
    JSON.stringify(
      Object.entries(object)
        .map(([k, v]) => [k, JSON.stringify(sorted(v))])
        .sort(),
    ),
  );
  return left === right;
}

function sorted(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).sort() : value;
}

/** Whether the review of an item has just gone against it. */
export function isNewlyRejected(
  before: { reviewStatus: string | null },
  after: { reviewStatus: string | null },
): boolean {
  return after.reviewStatus === REJECTED && before.reviewStatus !== REJECTED;
}

const REJECTED = 'REJECTED';
