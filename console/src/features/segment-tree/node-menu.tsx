import { lazy, Suspense } from 'react';
import { segmentsWords } from '../../../messages/segments.ts';
import { MoreIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { changeNode, type Move, moveNode, movesOf, parentOf, removeNode } from './edit.ts';
import { adderOf, useEditing } from './editing.ts';

const Menu = lazy(() => import('../../ui/menu/menu.tsx'));

/** Everything that could be done by dragging, and the rest, by menu. */
export function NodeMenu({ nodeKey, label, isNot }: { nodeKey: string; label: string; isNot: boolean }) {
  const words = useWords(segmentsWords).tree;
  const { tree, onTree } = useEditing();
  const names: Readonly<Record<Move, string>> = {
    up: words.up,
    down: words.down,
    in: words.into,
    out: words.out,
  };
  const remove = (): void => {
    const parent = parentOf(tree, nodeKey);
    onTree(removeNode(tree, nodeKey));
    // What had the focus is gone; the next thing to do is in the same group.
    window.setTimeout(() => document.getElementById(adderOf(parent?.key ?? ''))?.focus());
  };
  return (
    <Suspense fallback={null}>
      <Menu
        label={label}
        icon={<MoreIcon aria-hidden size={20} />}
        actions={[
          {
            id: 'not',
            label: isNot ? words.turnBack : words.turn,
            onAction: () => onTree(changeNode(tree, nodeKey, (node) => ({ ...node, isNot: !node.isNot }))),
          },
          ...movesOf(tree, nodeKey).map((move) => ({
            id: move,
            label: names[move],
            onAction: () => onTree(moveNode(tree, nodeKey, move), nodeKey),
          })),
          { id: 'remove', label: words.remove, isDangerous: true, onAction: remove },
        ]}
      />
    </Suspense>
  );
}
