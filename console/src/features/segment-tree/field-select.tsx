import { segmentsWords } from '../../../messages/segments.ts';
import { useWords } from '../../ui/language/language.tsx';
import { useEditing } from './editing.ts';
import styles from './segment-tree.module.css';

const GROUPS = ['customer', 'attributes', 'orders', 'campaigns'] as const;

interface FieldSelectProps {
  field: string;
  isFresh: boolean;
  onChange: (field: string) => void;
}

export function FieldSelect({ field, isFresh, onChange }: FieldSelectProps) {
  const words = useWords(segmentsWords).tree;
  const { fields } = useEditing();
  const isKnown = field === '' || fields.some(({ path }) => path === field);
  return (
    <label className={styles.control}>
      <span className="visually-hidden">{words.field}</span>
      <select value={field} autoFocus={isFresh} onChange={(event) => onChange(event.currentTarget.value)}>
        {field === '' ? <option value="">{words.choose}</option> : null}
        {isKnown ? null : <option value={field}>{field}</option>}
        {GROUPS.map((group) => {
          const own = fields.filter((one) => one.group === group);
          return own.length === 0 ? null : (
            <optgroup key={group} label={words.groups[group]}>
              {own.map(({ path, label }) => (
                <option key={path} value={path}>
                  {label}
                </option>
              ))}
            </optgroup>
          );
        })}
      </select>
    </label>
  );
}
