import { ourSide, theirSide } from './item-digest.js';
import {
  type Digests,
  type ItemField,
  ITEM_FIELDS,
  TWO_WAY_FIELDS,
  type TwoWayField,
} from './item-fields.js';

export const CONFLICT_POLICIES = ['local', 'meta', 'manual'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

export interface MergeRule {
  policy: ConflictPolicy;
  /** The catalog was Meta's before it was ours: without an agreed value Meta's wins. */
  isAdopted: boolean;
  /** Fields whose value follows from something Meta does not know, as availability from stock: they are never pulled. */
  forced: ReadonlySet<TwoWayField>;
}

export interface ItemMerge {
  /** The digests both sides agree on, now. */
  agreed: Digests;
  pull: TwoWayField[];
  push: ItemField[];
  conflicts: TwoWayField[];
}

type Verdict = 'agreed' | 'pull' | 'push' | 'conflict';

/** One field, three ways: digests of it. Undefined: unknown, or not shown by Meta. */
export function mergeField(
  field: TwoWayField,
  digests: { ours: string; theirs: string | undefined; agreed: string | undefined },
  { policy, isAdopted, forced }: MergeRule,
): Verdict {
  const { ours, theirs, agreed } = digests;
  if (ours === theirs) return 'agreed';
  // Meta omits what is empty and what it did not feel like reading, so absence is not a change.
  if (theirs === undefined) return ours === ourSide(agreed) ? 'agreed' : 'push';
  if (forced.has(field)) return 'push';
  if (agreed === undefined) return isAdopted ? 'pull' : 'push';
  const [weChanged, theyChanged] = [ours !== ourSide(agreed), theirs !== theirSide(agreed)];
  if (!theyChanged) return weChanged ? 'push' : 'agreed';
  if (!weChanged) return 'pull';
  return policy === 'manual' ? 'conflict' : policy === 'meta' ? 'pull' : 'push';
}

/**
 * Ours now, theirs now, and what both last agreed on. A pulled value is agreed at once, because theirs is what ours
 * becomes: so a pull never starts a push. What is pushed is agreed when the batch is done.
 */
export function mergeItem(ours: Digests, theirs: Digests, agreed: Digests, rule: MergeRule): ItemMerge {
  const merge: ItemMerge = { agreed: { ...agreed }, pull: [], push: [], conflicts: [] };
  const twoWay = new Set<string>(TWO_WAY_FIELDS);
  for (const field of ITEM_FIELDS) {
    const own = ours[field] ?? '';
    if (!twoWay.has(field)) {
      if (own !== ourSide(agreed[field])) merge.push.push(field);
      continue;
    }
    const shared = field as TwoWayField;
    const digests = { ours: own, theirs: theirs[field], agreed: agreed[field] };
    switch (mergeField(shared, digests, rule)) {
      case 'agreed':
        if (own === theirs[field]) merge.agreed[field] = own;
        break;
      case 'pull':
        merge.pull.push(shared);
        if (theirs[field] !== undefined) merge.agreed[field] = theirs[field];
        break;
      case 'push':
        merge.push.push(field);
        // The decision holds: until the batch is done ours differs from what Meta has, whatever happens in between.
        if (theirs[field] !== undefined) merge.agreed[field] = theirs[field];
        break;
      case 'conflict':
        merge.conflicts.push(shared);
        break;
    }
  }
  return merge;
}
