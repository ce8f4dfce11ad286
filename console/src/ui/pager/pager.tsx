import { Button } from '../button/button.tsx';
import { useText } from '../language/language.tsx';
import styles from './pager.module.css';

interface PagerProps {
  from: number;
  count: number;
  total: number | undefined;
  onFirst?: (() => void) | undefined;
  onOlder?: (() => void) | undefined;
}

export function Pager({ from, count, total, onFirst, onOlder }: PagerProps) {
  const t = useText();
  const to = from + count - 1;
  return (
    <div className={styles.pager}>
      <p>{total === undefined ? t.states.showingSome(from, to) : t.states.showing(from, to, total)}</p>
      {onFirst === undefined ? null : <Button onPress={onFirst}>{t.states.firstPage}</Button>}
      {onOlder === undefined ? null : <Button onPress={onOlder}>{t.states.older}</Button>}
    </div>
  );
}
