import { useId, type InputHTMLAttributes } from 'react';
import styles from './text-field.module.css';

interface TextFieldProps extends Pick<
  InputHTMLAttributes<HTMLInputElement>,
  | 'type'
  | 'autoComplete'
  | 'readOnly'
  | 'inputMode'
  | 'min'
  | 'max'
  | 'autoFocus'
  | 'onBlur'
  | 'dir'
  | 'maxLength'
> {
  label: string;
  hint?: string | undefined;
  /** Said at the field when its value is missing or not right. */
  error?: string | undefined;
  value: string;
  onChange: (value: string) => void;
}

/** The browser's own input: the library's costs more than the sign-in page may load. */
export function TextField({ label, hint, error, onChange, ...props }: TextFieldProps) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`]
    .join(' ')
    .trim();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <input
        {...props}
        id={id}
        className={styles.input}
        aria-invalid={error !== undefined}
        aria-describedby={described === '' ? undefined : described}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <p id={`${id}-error`} role="status" className={styles.error}>
        {error}
      </p>
    </div>
  );
}
