import { useEffect, useRef } from 'react';
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
  const nav = useRef<HTMLElement>(null);
  const current = tabs.find(({ isCurrent }) => isCurrent)?.to;
  useEffect(() => {
    // On a phone the tabs are wider than the page.
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <nav ref={nav} aria-label={label} className={styles.tabs}>
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
