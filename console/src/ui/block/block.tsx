import { useId, type ReactNode } from 'react';
import { cx } from '../../lib/cx.ts';
import { Button } from '../button/button.tsx';
import { useText } from '../language/language.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import styles from './block.module.css';

interface BlockProps {
  title: string;
  /** A heading that only a screen reader needs. */
  isTitleHidden?: boolean;
  /** Without a box around it. */
  isBare?: boolean;
  tone?: 'plain' | 'bad' | 'warn';
  aside?: ReactNode;
  children: ReactNode;
}

export function Block({
  title,
  isTitleHidden = false,
  isBare = false,
  tone = 'plain',
  aside,
  children,
}: BlockProps) {
  const id = useId();
  const t = useText();
  return (
    <section aria-labelledby={id} className={cx(styles.block, isBare && styles.bare, styles[tone])}>
      <header className={isTitleHidden ? 'visually-hidden' : cx(styles.header)}>
        <h2 id={id} dir="auto">
          {title}
        </h2>
        {aside}
      </header>
      <ErrorBoundary
        fallback={(again) => (
          <div role="alert" className={styles.broken}>
            <p>{t.states.broken}</p>
            <Button onPress={again}>{t.states.tryAgain}</Button>
          </div>
        )}
      >
        {children}
      </ErrorBoundary>
    </section>
  );
}
