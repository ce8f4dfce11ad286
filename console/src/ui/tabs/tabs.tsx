import { Link } from 'wouter';
import { cx } from '../../lib/cx.ts';
import styles from './tabs.module.css';

export interface Tab {
  to: string;
  label: string;
  isCurrent: boolean;
}

/** Links: each part of a page has an address. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map(({ to, label: name, isCurrent }) => (
        <Link
          key={to}
          href={to}
          className={cx(styles.tab, isCurrent && styles.current)}
          aria-current={isCurrent ? 'page' : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
