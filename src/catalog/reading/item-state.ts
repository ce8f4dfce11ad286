import type { Digests } from '../items/item-fields.js';
import type { ItemProblem } from '../items/item-problem.js';
import type { ConflictValues } from '../items/item-row.js';

/** What a read found out about an item; all of it replaces what is stored. */
export interface ItemState {
  id: string;
  /** The version that was judged: an item that has changed meanwhile is judged again at the next read. */
  version: number;
  status: string;
  isDirty: boolean;
  agreed: Digests | null;
  metaProductId: string | null;
  missingReads: number;
  conflict: Record<string, ConflictValues> | null;
  problems: ItemProblem[];
  reviewStatus: string | null;
  reviewReasons: string[];
  imageStatus: string | null;
}
