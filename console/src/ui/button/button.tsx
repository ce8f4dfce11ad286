import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { Link } from 'wouter';
import { cx } from '../../lib/cx.ts';
import styles from './button.module.css';

type Look = 'main' | 'plain' | 'quiet' | 'danger';

type ButtonProps = Omit<AriaButtonProps, 'className' | 'style' | 'children'> & {
  look?: Look;
  children: ReactNode;
};

export function Button({ look = 'plain', children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={cx(styles.button, styles[look])}>
      {children}
    </AriaButton>
  );
}

type IconButtonProps = Omit<ButtonProps, 'children' | 'aria-label'> & { label: string; icon: ReactNode };

/** A picture alone says nothing to a screen reader: the label is required. */
export function IconButton({ label, icon, look = 'quiet', ...props }: IconButtonProps) {
  return (
    <AriaButton {...props} aria-label={label} className={cx(styles.button, styles[look], styles.icon)}>
      {icon}
    </AriaButton>
  );
}

export function LinkButton({
  to,
  look = 'plain',
  children,
}: {
  to: string;
  look?: Look;
  children: ReactNode;
}) {
  return (
    <Link href={to} className={cx(styles.button, styles[look])}>
      {children}
    </Link>
  );
}
