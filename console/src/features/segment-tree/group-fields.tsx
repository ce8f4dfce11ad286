import { segmentsWords } from '../../../messages/segments.ts';
import { Button } from '../../ui/button/button.tsx';
import { PlusIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { ConditionFields } from './condition-fields.tsx';
import { addNode, changeNode, countConditions, pathOf } from './edit.ts';
import { adderOf, useEditing } from './editing.ts';
import { NodeMenu } from './node-menu.tsx';
import { newCondition, newGroup, type GroupNode, type TreeNode } from './tree.ts';
import styles from './segment-tree.module.css';

/** Deeper groups open as a page of their own: a phone has no room for more. */
const INDENTED = 4;

export function GroupFields({ group, level }: { group: GroupNode; level: number }) {
  const t = useText();
  const words = useWords(segmentsWords).tree;
  const { tree, errors, isReadOnly, onTree, onOpen } = useEditing();
  const { key, logic, isNot, nodes } = group;
  const error = errors[pathOf(tree, key) ?? ''];
  const change = (changes: Partial<GroupNode>): void =>
    onTree(changeNode(tree, key, (node) => (node.kind === 'group' ? { ...node, ...changes } : node)));
  const add = (node: TreeNode, fresh: string): void => onTree(addNode(tree, key, node), fresh);
  const addCondition = (): void => {
    const node = newCondition();
    add(node, node.key);
  };
  const addGroup = (): void => {
    const inner = newCondition();
    add(newGroup([inner]), inner.key);
  };
  return (
    <fieldset className={styles.group} data-level={level} disabled={isReadOnly}>
      <legend className="visually-hidden">{words.legend(words.legends[logic], level)}</legend>
      <div className={styles.head}>
        <label className={styles.logic}>
          <span>{level === 1 ? words.customersWho : words.match}</span>
          <select
            value={logic}
            onChange={({ currentTarget: { value } }) => change({ logic: value === 'OR' ? 'OR' : 'AND' })}
          >
            <option value="AND">{words.logic.AND}</option>
            <option value="OR">{words.logic.OR}</option>
          </select>
          <span aria-hidden>{words.of}</span>
        </label>
        <label className={styles.not}>
          <input
            type="checkbox"
            checked={isNot}
            onChange={(event) => change({ isNot: event.currentTarget.checked })}
          />
          <span>{words.not}</span>
        </label>
        {level === 1 || isReadOnly ? null : (
          <NodeMenu nodeKey={key} label={t.states.actions(words.group)} isNot={isNot} />
        )}
      </div>
      {nodes.length === 0 ? <p className={styles.empty}>{words.emptyGroup}</p> : null}
      {error === undefined ? null : (
        <p role="status" className={styles.error}>
          {error}
        </p>
      )}
      <div className={styles.nodes}>
        {nodes.map((node) =>
          node.kind === 'condition' ? (
            <ConditionFields key={node.key} condition={node} />
          ) : level < INDENTED ? (
            <GroupFields key={node.key} group={node} level={level + 1} />
          ) : (
            <p key={node.key}>
              <Button onPress={() => onOpen(node.key)}>{words.open(countConditions(node))}</Button>
            </p>
          ),
        )}
      </div>
      {isReadOnly ? null : (
        <div className={styles.adders}>
          <Button id={adderOf(key)} look="quiet" onPress={addCondition}>
            <PlusIcon aria-hidden size={16} /> {words.addCondition}
          </Button>
          <Button look="quiet" onPress={addGroup}>
            <PlusIcon aria-hidden size={16} /> {words.addGroup}
          </Button>
        </div>
      )}
    </fieldset>
  );
}
