import type { ReactNode } from 'react';
import { cx } from '../../lib/cx.ts';
import styles from './chip.module.css';

export type Tone = 'plain' | 'ok' | 'warn' | 'bad' | 'info' | 'accent';

/** A state: always a picture and a word, never a colour alone. */
export function Chip({
  tone = 'plain',
  icon,
  children,
}: {
  tone?: Tone;
  icon: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={cx(styles.chip, styles[tone])}>
      {icon}
      <span>{children}</span>
    </span>
  );
}
