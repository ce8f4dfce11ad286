import { useState } from 'react';
import { TextField } from '../field/text-field.tsx';

interface NumberFieldProps {
  label: string;
  hint?: string | undefined;
  /** Shown when the field does not hold such a number. */
  wrong: string;
  min: number;
  max: number;
  value: number | null;
  onChange: (value: number) => void;
}

/** Whole numbers. While it is being typed a number may be wrong; only one that is right is given on. */
export function NumberField({ label, hint, wrong, min, max, value, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>();
  const shown = typed ?? (value === null ? '' : String(value));
  const read = (text: string): number | undefined => {
    const number = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  };
  // Another value from elsewhere, such as a slider, counts as soon as the field has nothing unfinished.
  const isWrong = typed !== undefined && read(typed) === undefined;
  return (
    <TextField
      label={label}
      hint={hint}
      inputMode="numeric"
      autoComplete="off"
      error={isWrong ? wrong : undefined}
      value={shown}
      onChange={(text) => {
        const number = read(text);
        setTyped(number === undefined ? text : undefined);
        if (number !== undefined) onChange(number);
      }}
    />
  );
}
