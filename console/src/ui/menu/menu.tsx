import type { ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { cx } from '../../lib/cx.ts';
import { IconButton } from '../button/button.tsx';
import styles from './menu.module.css';

export interface MenuAction {
  id: string;
  label: string;
  isDangerous?: boolean;
  /** An address of the API to load a file from. */
  href?: string;
  onAction?: () => void;
}

export default function Menu({
  label,
  icon,
  actions,
}: {
  label: string;
  icon: ReactNode;
  actions: readonly MenuAction[];
}) {
  return (
    <MenuTrigger>
      <IconButton label={label} icon={icon} />
      <Popover className={styles.popover ?? ''} placement="bottom end">
        <AriaMenu className={styles.menu ?? ''} aria-label={label}>
          {actions.map(({ id, label: name, isDangerous = false, href, onAction }) => (
            <MenuItem
              key={id}
              id={id}
              className={cx(styles.item, isDangerous && styles.danger)}
              {...(href === undefined ? {} : { href, download: true })}
              {...(onAction === undefined ? {} : { onAction })}
            >
              {name}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
