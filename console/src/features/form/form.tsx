import type { ReactNode } from 'react';
import { cx } from '../../lib/cx.ts';
import { Button } from '../../ui/button/button.tsx';
import { useText } from '../../ui/language/language.tsx';
import type { Submitting } from './submit.ts';
import styles from './form.module.css';

interface FormProps {
  label: string;
  submitting: Submitting;
  /** The verb with its object. */
  act: string;
  isDisabled?: boolean;
  /** As wide as the page, for a form that stands in columns. */
  isWide?: boolean;
  onCancel?: (() => void) | undefined;
  children: ReactNode;
}

export function Form({
  label,
  submitting,
  act,
  isDisabled = false,
  isWide = false,
  onCancel,
  children,
}: FormProps) {
  const t = useText();
  const { alert, isBusy, onSubmit } = submitting;
  return (
    <form
      className={cx(styles.form, isWide && styles.wide)}
      aria-label={label}
      onSubmit={onSubmit}
      noValidate
    >
      {children}
      {alert === undefined ? null : (
        <p role="alert" className={styles.alert} dir="auto">
          {alert}
        </p>
      )}
      <div className={styles.buttons}>
        <Button type="submit" look="main" isDisabled={isBusy || isDisabled}>
          {isBusy ? t.signIn.working : act}
        </Button>
        {onCancel === undefined ? null : <Button onPress={onCancel}>{t.states.cancel}</Button>}
      </div>
    </form>
  );
}
