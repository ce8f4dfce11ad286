import { segmentsWords } from '../../../messages/segments.ts';
import { useWords } from '../../ui/language/language.tsx';
import { LengthFields } from './length-fields.tsx';
import styles from './segment-tree.module.css';

const AT_FIRST = '90 days';

/** Since when orders and campaigns count. */
export function WindowFields({ window, onChange }: { window: unknown; onChange: (window: unknown) => void }) {
  const words = useWords(segmentsWords).tree;
  return (
    <>
      <label className={styles.control}>
        <span className="visually-hidden">{words.when}</span>
        <select
          value={window === undefined ? 'ever' : 'last'}
          onChange={({ currentTarget }) => onChange(currentTarget.value === 'ever' ? undefined : AT_FIRST)}
        >
          <option value="ever">{words.ever}</option>
          <option value="last">{words.inTheLast}</option>
        </select>
      </label>
      {window === undefined ? null : <LengthFields value={window} onChange={onChange} />}
    </>
  );
}
