import type { ReactNode } from 'react';
import { cx } from '../../lib/cx.ts';
import styles from './timeline.module.css';

export interface Moment {
  key: string;
  time: string;
  text: string;
  tone: 'plain' | 'ok' | 'bad' | 'now';
  details?: ReactNode;
}

export function Timeline({ label, moments }: { label: string; moments: readonly Moment[] }) {
  return (
    <ol className={styles.timeline} aria-label={label}>
      {moments.map(({ key, time, text, tone, details }) => (
        <li key={key} className={cx(styles.moment, styles[tone])}>
          <span className={styles.time}>{time}</span>
          <div className={styles.what}>
            <p dir="auto">{text}</p>
            {details}
          </div>
        </li>
      ))}
    </ol>
  );
}
