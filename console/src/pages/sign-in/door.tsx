import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useText } from '../../ui/language/language.tsx';
import styles from './door.module.css';

/** The page before the console: one box, one question. */
export function Door({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const t = useText();
  useEffect(() => {
    document.title = t.app.title(title);
  }, [t, title]);
  return (
    <main className={styles.door}>
      <div className={styles.box}>
        <p className={styles.brand}>{t.app.name}</p>
        <h1>{title}</h1>
        <p className={styles.lead} dir="auto">
          {lead}
        </p>
        {children}
      </div>
    </main>
  );
}
