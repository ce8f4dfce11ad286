import { useText } from '../language/language.tsx';
import styles from './skeleton.module.css';

/** The place of what is loading. It appears after a fifth of a second: most answers are faster. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const t = useText();
  return (
    <div className={styles.skeleton}>
      <span className="visually-hidden">{t.states.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={styles.line} />
      ))}
    </div>
  );
}
