import { segmentsWords } from '../../../messages/segments.ts';
import { useWords } from '../../ui/language/language.tsx';
import { lengthOf, lengthText, shownValue, UNITS } from './operand.ts';
import styles from './segment-tree.module.css';

/** A length of time as a number and a unit. While the number is being typed it is kept as it stands. */
export function LengthFields({ value, onChange }: { value: unknown; onChange: (value: string) => void }) {
  const words = useWords(segmentsWords).tree;
  const length = lengthOf(value);
  const shown = shownValue(value);
  const [, typed = '', unitTyped] = /^(\d*) ?([a-z]*)$/.exec(shown) ?? [];
  const unit = length?.unit ?? UNITS.find((one) => one === unitTyped) ?? 'days';
  const amount = length === undefined ? typed : String(length.amount);
  return (
    <>
      <label className={styles.control} data-short>
        <span className="visually-hidden">{words.amount}</span>
        <input
          inputMode="numeric"
          autoComplete="off"
          value={amount}
          aria-invalid={length === undefined}
          onChange={({ currentTarget }) => {
            const digits = currentTarget.value.replace(/\D/g, '').slice(0, 6);
            onChange(digits === '' ? '' : lengthText({ amount: Number(digits), unit }));
          }}
        />
      </label>
      <label className={styles.control} data-unit>
        <span className="visually-hidden">{words.unit}</span>
        <select
          value={unit}
          onChange={({ currentTarget }) => {
            const next = UNITS.find((one) => one === currentTarget.value) ?? unit;
            onChange(lengthText({ amount: length?.amount ?? 1, unit: next }));
          }}
        >
          {UNITS.map((one) => (
            <option key={one} value={one}>
              {words.units[one]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
