import { changedFields, digestsOf } from '../items/item-digest.js';
import { type Digests, ITEM_FIELDS, type ItemField } from '../items/item-fields.js';
import type { Item } from '../items/item-of-product.js';
import type { ItemProblem } from '../items/item-problem.js';
import { deleteRequest, updateRequest } from '../items/item-request.js';
import type { ItemRow } from '../items/item-row.js';
import { type SizedRequest, sizeOf } from './cut-batches.js';

/** What has to be done about one dirty item. */
export type PushStep =
  | {
      kind: 'send';
      row: ItemRow;
      change: 'create' | 'update' | 'delete';
      fields: readonly ItemField[];
      /** Empty for a deletion. */
      sending: Digests;
      sized: SizedRequest;
    }
  | { kind: 'nothing'; row: ItemRow; status: 'synced' | 'missing' }
  | { kind: 'forget'; row: ItemRow }
  | { kind: 'not-ready'; row: ItemRow; problems: ItemProblem[] };

/** `item` is null for what is not sold: groups, and products that no longer exist. */
export function planPush(row: ItemRow, item: Item | null, isActive: boolean): PushStep {
  if (row.isRemoved || item === null) return planDeletion(row);
  // Gone at Meta: only activating the product brings it back.
  if (row.agreed === null && row.missingReads > 1 && !isActive)
    return { kind: 'nothing', row, status: 'missing' };
  if (item.lacks.length > 0) {
    return { kind: 'not-ready', row, problems: item.lacks.map((lack) => ({ source: 'drumbeat', ...lack })) };
  }
  const ours = digestsOf(item.values);
  const isNew = row.agreed === null;
  const fields = isNew ? ITEM_FIELDS : changedFields(ours, row.agreed ?? {});
  if (fields.length === 0) return { kind: 'nothing', row, status: 'synced' };
  const sending: Digests = {};
  for (const field of fields) sending[field] = ours[field] ?? '';
  const sized = sizeOf(updateRequest(row.retailerId, item.values, fields));
  return { kind: 'send', row, change: isNew ? 'create' : 'update', fields, sending, sized };
}

function planDeletion(row: ItemRow): PushStep {
  const mayBeThere = row.agreed !== null || row.metaProductId !== null || (row.isRemoved && row.wasSent);
  if (mayBeThere) {
    const sized = sizeOf(deleteRequest(row.retailerId));
    return { kind: 'send', row, change: 'delete', fields: [], sending: {}, sized };
  }
  return row.isRemoved ? { kind: 'forget', row } : { kind: 'nothing', row, status: 'synced' };
}
