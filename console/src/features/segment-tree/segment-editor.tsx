import { useMemo, useState } from 'react';
import { segmentsWords } from '../../../messages/segments.ts';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { EditingContext, type Editing } from './editing.ts';
import { nodeOf, parentOf } from './edit.ts';
import { GroupFields } from './group-fields.tsx';
import type { GroupNode, SegmentField } from './tree.ts';

interface SegmentEditorProps {
  tree: GroupNode;
  fields: readonly SegmentField[];
  errors: Readonly<Record<string, string>>;
  isReadOnly: boolean;
  onChange: (tree: GroupNode) => void;
}

/** A group of conditions of any depth, as nested field sets. */
export function SegmentEditor({ tree, fields, errors, isReadOnly, onChange }: SegmentEditorProps) {
  const words = useWords(segmentsWords).tree;
  const [freshKey, setFreshKey] = useState<string>();
  const [openKey, setOpenKey] = useState<string>();
  const editing = useMemo((): Editing => {
    const known = new Map(fields.map((field) => [field.path, field]));
    return {
      ...{ tree, fields, errors, isReadOnly, freshKey },
      fieldOf: (path) => known.get(path) ?? { label: path, type: 'mixed' },
      onTree: (next, fresh) => {
        setFreshKey(fresh);
        onChange(next);
      },
      onOpen: setOpenKey,
    };
  }, [tree, fields, errors, isReadOnly, freshKey, onChange]);
  const opened = openKey === undefined ? undefined : nodeOf(tree, openKey);
  const shown = opened?.kind === 'group' ? opened : tree;
  const outer = shown === tree ? undefined : parentOf(tree, shown.key);
  return (
    <EditingContext value={editing}>
      {outer === undefined ? null : (
        <p>
          <Button onPress={() => setOpenKey(outer.key)}>{words.outer}</Button>
        </p>
      )}
      <GroupFields key={shown.key} group={shown} level={1} />
    </EditingContext>
  );
}
