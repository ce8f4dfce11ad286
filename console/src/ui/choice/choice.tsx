import { useId, type ReactNode } from 'react';
import styles from './choice.module.css';

interface Option<T extends string> {
  value: T;
  label: string;
  hint?: string | undefined;
  /** What belongs to this option, shown while it is chosen. */
  children?: ReactNode;
}

interface ChoiceProps<T extends string> {
  legend: string;
  isLegendHidden?: boolean;
  /** Side by side, for a few short options. */
  isRow?: boolean;
  options: readonly Option<T>[];
  value: T | undefined;
  onChange: (value: T) => void;
}

/** One of several, each on a card; what an option needs opens inside it. */
export function Choice<T extends string>({
  legend,
  isLegendHidden = false,
  isRow = false,
  options,
  value,
  onChange,
}: ChoiceProps<T>) {
  const name = useId();
  const chosen = options.find((option) => option.value === value);
  const inside =
    chosen?.children === undefined ? null : <div className={styles.inside}>{chosen.children}</div>;
  return (
    <fieldset className={isRow ? styles.row : styles.choice}>
      <legend className={isLegendHidden ? 'visually-hidden' : styles.legend}>{legend}</legend>
      {options.map(({ value: option, label, hint }) => (
        <div key={option} className={styles.option} data-chosen={option === value}>
          <label className={styles.label}>
            <input
              type="radio"
              name={name}
              checked={option === value}
              onChange={() => onChange(option)}
              aria-describedby={hint === undefined ? undefined : `${name}-${option}`}
            />
            <span>{label}</span>
          </label>
          {hint === undefined ? null : (
            <p id={`${name}-${option}`} className={styles.hint}>
              {hint}
            </p>
          )}
          {option === value && !isRow ? inside : null}
        </div>
      ))}
      {isRow ? inside : null}
    </fieldset>
  );
}
