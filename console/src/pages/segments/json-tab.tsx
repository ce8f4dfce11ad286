import { useState } from 'react';
import { segmentsWords } from '../../../messages/segments.ts';
import { queryOf, treeOf, type GroupNode } from '../../features/segment-tree/tree.ts';
import { useWords } from '../../ui/language/language.tsx';
import { TextArea } from '../../ui/text-area/text-area.tsx';
import styles from './segments.module.css';

interface JsonTabProps {
  tree: GroupNode;
  isReadOnly: boolean;
  onTree: (tree: GroupNode) => void;
}

/** Text that is not a group yet stays in the field; the conditions follow as soon as it is one. */
export function JsonTab({ tree, isReadOnly, onTree }: JsonTabProps) {
  const words = useWords(segmentsWords).one;
  const [text, setText] = useState(() => JSON.stringify(queryOf(tree), null, 2));
  const [problem, setProblem] = useState<string>();
  const change = (next: string): void => {
    setText(next);
    const read = readText(next);
    if (read === undefined) setProblem(words.jsonWrong);
    else if (!read.ok) setProblem(words.jsonShape(read.path));
    else {
      setProblem(undefined);
      onTree(read.tree);
    }
  };
  return (
    <>
      <TextArea
        label={words.jsonLabel}
        hint={words.jsonHint}
        rows={18}
        isReadOnly={isReadOnly}
        value={text}
        onChange={change}
      />
      <p role="status" className={styles.muted}>
        {problem}
      </p>
    </>
  );
}

function readText(text: string): ReturnType<typeof treeOf> | undefined {
  try {
    return treeOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
