import { useEffect, useRef, type ReactNode } from 'react';
import { useText } from '../language/language.tsx';
import styles from './page.module.css';

interface PageProps {
  title: string;
  /** What the window is called, when the heading is a sentence. */
  windowTitle?: string;
  /** At the end of the heading's line: a state, a time. */
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

let isFirst = true;

/** One page: its heading takes the focus when the page changes, so that a screen reader says where it is. */
export function Page({ title, windowTitle = title, aside, actions, children }: PageProps) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t.app.title(windowTitle);
  }, [t, windowTitle]);
  useEffect(() => {
    // The first page is where the browser itself put the reader.
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
    window.scrollTo(0, 0);
  }, []);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {aside}
        {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
