import { Link } from 'wouter';
import { cx } from '../../lib/cx.ts';
import styles from './funnel.module.css';

export interface Step {
  name: string;
  count: string;
  /** Of the step that it is measured against. */
  share?: string | undefined;
  /** Of all, for the width. */
  part: number;
  tone: 'chosen' | 'sent' | 'arrived' | 'read' | 'replied';
  to?: string;
}

/** Each step is a line with its words; the bar only shows what the numbers say. */
export function Funnel({ finding, note, steps }: { finding: string; note: string; steps: readonly Step[] }) {
  return (
    <figure className={styles.figure}>
      <figcaption>{finding}</figcaption>
      <ol className={styles.steps}>
        {steps.map(({ name, count, share, part, tone, to }) => (
          <li key={name} className={styles.step}>
            <span className={styles.name}>{to === undefined ? name : <Link href={to}>{name}</Link>}</span>
            <svg aria-hidden className={styles.bar} viewBox="0 0 100 10" preserveAspectRatio="none">
              <rect className={styles.track} width="100" height="10" />
              <rect className={cx(styles[tone])} width={part * 100} height="10" />
            </svg>
            <span className={styles.count}>{count}</span>
            <span className={styles.share}>{share}</span>
          </li>
        ))}
      </ol>
      <p className={styles.note}>{note}</p>
    </figure>
  );
}
