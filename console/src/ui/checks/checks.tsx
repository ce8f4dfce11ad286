import { useId } from 'react';
import styles from './checks.module.css';

interface ChecksProps<T extends string> {
  legend: string;
  error?: string | undefined;
  options: readonly { value: T; label: string }[];
  value: readonly T[];
  onChange: (value: T[]) => void;
}

/** Any number of several. */
export function Checks<T extends string>({ legend, error, options, value, onChange }: ChecksProps<T>) {
  const id = useId();
  return (
    <fieldset className={styles.checks} aria-describedby={error === undefined ? undefined : id}>
      <legend className={styles.legend}>{legend}</legend>
      <div className={styles.options}>
        {options.map(({ value: option, label }) => (
          <label key={option} className={styles.option}>
            <input
              type="checkbox"
              checked={value.includes(option)}
              onChange={({ currentTarget: { checked } }) =>
                onChange(checked ? [...value, option] : value.filter((one) => one !== option))
              }
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
      <p id={id} role="status" className={styles.error}>
        {error}
      </p>
    </fieldset>
  );
}
