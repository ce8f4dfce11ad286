import { useId } from 'react';
import styles from '../field/text-field.module.css';
import own from './text-area.module.css';

interface TextAreaProps {
  label: string;
  hint?: string | undefined;
  value: string;
  rows?: number;
  isReadOnly?: boolean;
  onChange: (value: string) => void;
  onBlur?: () => void;
}

export function TextArea({
  label,
  hint,
  value,
  rows = 6,
  isReadOnly = false,
  onChange,
  onBlur,
}: TextAreaProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <textarea
        id={id}
        className={`${styles.input} ${own.area}`}
        rows={rows}
        value={value}
        readOnly={isReadOnly}
        spellCheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={onBlur}
      />
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
