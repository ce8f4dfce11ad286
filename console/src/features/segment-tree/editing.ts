import { createContext, useContext } from 'react';
import type { FieldOf } from './say-tree.ts';
import type { GroupNode, SegmentField } from './tree.ts';

/** What every part of the editor needs, however deep it stands. */
export interface Editing {
  tree: GroupNode;
  fields: readonly SegmentField[];
  fieldOf: FieldOf;
  /** What the API says is wrong, by the path of the node or of its part. */
  errors: Readonly<Record<string, string>>;
  isReadOnly: boolean;
  /** The node that takes the focus when it appears. */
  freshKey: string | undefined;
  onTree: (tree: GroupNode, freshKey?: string) => void;
  /** Shows a deep group as a page of its own. */
  onOpen: (key: string) => void;
}

export const EditingContext = createContext<Editing | undefined>(undefined);

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === undefined) throw new Error('no editor around');
  return editing;
}

export const adderOf = (groupKey: string): string => `add-to-${groupKey}`;
