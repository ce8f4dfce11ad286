import { useId, useState } from 'react';
import { cx } from '../../lib/cx.ts';
import fieldStyles from '../../ui/field/text-field.module.css';
import { useSuggestions } from './suggest.query.ts';

interface SuggestFieldProps {
  label: string;
  isLabelHidden?: boolean;
  /** As the API names it: `city`, `attributes.saleDetails.destination`. */
  field: string;
  value: string;
  error?: string | undefined;
  type?: 'text' | 'number';
  onChange: (value: string) => void;
  onEnter?: () => void;
}

/** Free text with the values that customers have. The browser's own list opens with the arrow keys. */
export function SuggestField({
  label,
  isLabelHidden = false,
  field,
  value,
  error,
  type = 'text',
  onChange,
  onEnter,
}: SuggestFieldProps) {
  const id = useId();
  const [isUsed, setUsed] = useState(false);
  const suggestions = useSuggestions(field, value, isUsed);
  return (
    <div className={fieldStyles.field}>
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : fieldStyles.label}>
        {label}
      </label>
      <input
        id={id}
        type={type}
        step={type === 'number' ? 'any' : undefined}
        list={`${id}-list`}
        className={cx(fieldStyles.input)}
        value={value}
        autoComplete="off"
        dir="auto"
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onFocus={() => setUsed(true)}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || onEnter === undefined) return;
          event.preventDefault();
          onEnter();
        }}
      />
      <datalist id={`${id}-list`}>
        {suggestions.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </datalist>
      {error === undefined ? null : (
        <p id={`${id}-error`} className={fieldStyles.error}>
          {error}
        </p>
      )}
    </div>
  );
}
