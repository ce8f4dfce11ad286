import type { Messages } from '../../../messages/en.ts';
import { Problem } from '../../lib/problem.ts';
import { Button } from '../button/button.tsx';
import { useText } from '../language/language.tsx';
import styles from './failure.module.css';

interface FailureProps {
  /** Our headline: what did not happen. */
  title: string;
  error: unknown;
  onAgain?: (() => void) | undefined;
}

/** What failed, why in the API's own words, and the id with which the log can be searched. */
export function Failure({ title, error, onAgain }: FailureProps) {
  const t = useText();
  return (
    <div role="alert" className={styles.failure}>
      <p className={styles.title}>{title}</p>
      <p>{useReason(error)}</p>
      {onAgain === undefined ? null : <Button onPress={onAgain}>{t.states.tryAgain}</Button>}
      {error instanceof Problem && error.requestId !== undefined ? (
        <details>
          <summary>{t.states.details}</summary>
          <p>
            <bdi dir="ltr">{t.states.request(error.requestId)}</bdi>
          </p>
        </details>
      ) : null}
    </div>
  );
}

export function useReason(error: unknown): string {
  return reasonOf(error, useText());
}

export function reasonOf(error: unknown, t: Messages): string {
  if (!(error instanceof Problem)) return t.states.broken;
  if (error.code === 'timeout') return t.states.slow;
  if (error.isUnreachable) return t.states.unreachable;
  return error.status === 403 && error.code === 'scope_missing' ? t.states.forbidden : error.detail;
}
