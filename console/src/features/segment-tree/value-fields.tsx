import { useState } from 'react';
import { segmentsWords } from '../../../messages/segments.ts';
import { Button } from '../../ui/button/button.tsx';
import { CloseIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { SuggestField } from '../suggest/suggest-field.tsx';
import { LengthFields } from './length-fields.tsx';
import { shapeOf, shownValue, typedValue } from './operand.ts';
import type { ConditionNode } from './tree.ts';
import styles from './segment-tree.module.css';

interface ValueFieldsProps {
  condition: ConditionNode;
  type: string;
  onChange: (value: unknown) => void;
}

/** What an operator compares with, by its shape and the kind of the field. */
export function ValueFields({ condition: { field, operator, value }, type, onChange }: ValueFieldsProps) {
  const words = useWords(segmentsWords).tree;
  const shape = shapeOf(operator);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const common = { field, type };
  switch (shape) {
    case 'none':
      return null;
    case 'length':
      return <LengthFields value={value} onChange={onChange} />;
    case 'list':
      return <ListField {...common} items={items} onChange={onChange} />;
    case 'two':
      return (
        <>
          <OneField
            {...common}
            label={words.least}
            value={items[0]}
            onChange={(least) => onChange([least, items[1] ?? ''])}
          />
          <span className={styles.between}>{words.and}</span>
          <OneField
            {...common}
            label={words.greatest}
            value={items[1]}
            onChange={(greatest) => onChange([items[0] ?? '', greatest])}
          />
        </>
      );
    case 'one':
      return (
        <>
          <OneField {...common} label={words.value} value={value} onChange={onChange} />
          {type === 'event' ? <span className={styles.between}>{words.times}</span> : null}
        </>
      );
  }
}

interface OneFieldProps {
  label: string;
  field: string;
  type: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

const DAY = /^(\d{4}-\d{2}-\d{2})?$/;

function OneField({ label, field, type, value, onChange }: OneFieldProps) {
  const words = useWords(segmentsWords).tree;
  const shown = shownValue(value);
  if (type === 'flag') {
    return (
      <label className={styles.control}>
        <span className="visually-hidden">{label}</span>
        <select value={shown} onChange={({ currentTarget }) => onChange(currentTarget.value === 'true')}>
          {typeof value === 'boolean' ? null : <option value={shown}>{words.choose}</option>}
          <option value="true">{words.yes}</option>
          <option value="false">{words.no}</option>
        </select>
      </label>
    );
  }
  // A date that is relative, or has a time, stays the text it is.
  if (type === 'instant' && DAY.test(shown)) {
    return (
      <label className={styles.control}>
        <span className="visually-hidden">{label}</span>
        <input type="date" value={shown} onChange={(event) => onChange(event.currentTarget.value)} />
      </label>
    );
  }
  return (
    <div className={styles.control}>
      <SuggestField
        label={label}
        isLabelHidden
        field={field}
        value={shown}
        onChange={(text) => onChange(typedValue(text, type))}
      />
    </div>
  );
}

interface ListFieldProps {
  field: string;
  type: string;
  items: readonly unknown[];
  onChange: (items: readonly unknown[]) => void;
}

/** Enter adds what is typed; so does leaving the field, so that nothing that was typed is lost. */
function ListField({ field, type, items, onChange }: ListFieldProps) {
  const words = useWords(segmentsWords).tree;
  const [typed, setTyped] = useState('');
  const add = (): void => {
    const value = typedValue(typed.trim(), type);
    setTyped('');
    if (value !== '' && !items.includes(value)) onChange([...items, value]);
  };
  return (
    <div className={styles.list} onBlur={add}>
      {items.map((item, index) => (
        <Button
          key={`${index} ${shownValue(item)}`}
          look="quiet"
          aria-label={words.removeValue(shownValue(item))}
          onPress={() => onChange(items.filter((_, other) => other !== index))}
        >
          <bdi>{shownValue(item)}</bdi>
          <CloseIcon aria-hidden size={14} />
        </Button>
      ))}
      <SuggestField
        label={words.value}
        isLabelHidden
        field={field}
        value={typed}
        onChange={setTyped}
        onEnter={add}
      />
    </div>
  );
}
