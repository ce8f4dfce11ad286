import { segmentsWords } from '../../../messages/segments.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { changeNode, pathOf } from './edit.ts';
import { useEditing } from './editing.ts';
import { FieldSelect } from './field-select.tsx';
import { NodeMenu } from './node-menu.tsx';
import { fitValue } from './operand.ts';
import { operatorWords } from './say-tree.ts';
import { OPERATORS, type ConditionNode, type Operator } from './tree.ts';
import { ValueFields } from './value-fields.tsx';
import { WindowFields } from './window-fields.tsx';
import styles from './segment-tree.module.css';

export function ConditionFields({ condition }: { condition: ConditionNode }) {
  const t = useText();
  const all = useWords(segmentsWords);
  const words = all.tree;
  const { tree, fields, fieldOf, errors, isReadOnly, freshKey, onTree } = useEditing();
  const { key, field, operator, value, isNot } = condition;
  const known = fields.find(({ path }) => path === field);
  const { label, type } = fieldOf(field);
  const path = pathOf(tree, key) ?? '';
  const said = [path, ...['field', 'operator', 'value', 'window'].map((part) => `${path}.${part}`)]
    .map((place) => errors[place])
    .filter((message) => message !== undefined);
  const change = (changes: Partial<ConditionNode>): void =>
    onTree(changeNode(tree, key, (node) => (node.kind === 'condition' ? { ...node, ...changes } : node)));
  const chooseField = (next: string): void => {
    const found = fields.find((one) => one.path === next);
    const possible = found?.operators ?? OPERATORS;
    const fitting = possible.includes(operator) ? operator : (possible[0] ?? 'eq');
    const kept = found !== undefined && found.type === type ? value : emptyFor(fitting);
    change({
      ...{ field: next, operator: fitting, value: kept },
      ...(found?.hasWindow === true ? {} : { window: undefined }),
    });
  };
  const operators = known?.operators ?? OPERATORS;
  return (
    <div
      role="group"
      aria-label={field === '' ? words.condition : label}
      className={styles.condition}
      data-wrong={said.length > 0}
    >
      {isNot ? <span className={styles.turned}>{words.notChip}</span> : null}
      <FieldSelect field={field} isFresh={freshKey === key} onChange={chooseField} />
      {field === '' ? null : (
        <>
          <label className={styles.control}>
            <span className="visually-hidden">{words.operator}</span>
            <select
              value={operator}
              onChange={({ currentTarget }) => {
                const next = OPERATORS.find((one) => one === currentTarget.value) ?? operator;
                change({ operator: next, value: fitValue(value, operator, next) });
              }}
            >
              {(operators.includes(operator) ? operators : [operator, ...operators]).map((one) => (
                <option key={one} value={one}>
                  {operatorWords(one, type, all)}
                </option>
              ))}
            </select>
          </label>
          <ValueFields condition={condition} type={type} onChange={(next) => change({ value: next })} />
          {known?.hasWindow === true || condition.window !== undefined ? (
            <WindowFields window={condition.window} onChange={(window) => change({ window })} />
          ) : null}
        </>
      )}
      {isReadOnly ? null : (
        <div className={styles.menu}>
          <NodeMenu
            nodeKey={key}
            label={t.states.actions(field === '' ? words.condition : label)}
            isNot={isNot}
          />
        </div>
      )}
      {said.length === 0 ? null : (
        <p role="status" className={styles.error}>
          {said.join(' ')}
        </p>
      )}
    </div>
  );
}

const emptyFor = (operator: Operator): unknown => fitValue('', 'eq', operator);
