import { useId } from 'react';
import styles from './toggle.module.css';

interface ToggleProps {
  label: string;
  hint?: string | undefined;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

/** The browser's own box, as a switch: on or off at once. */
export function Toggle({ label, hint, isOn, onChange }: ToggleProps) {
  const id = useId();
  return (
    <label className={styles.toggle}>
      <input
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-describedby={hint === undefined ? undefined : id}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        <span className={styles.label}>{label}</span>
        {hint === undefined ? null : (
          <span id={id} className={styles.hint} dir="auto">
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}
