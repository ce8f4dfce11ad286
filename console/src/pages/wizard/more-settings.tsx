import { wizardWords } from '../../../messages/wizard.ts';
import { useWords } from '../../ui/language/language.tsx';
import { NumberField } from '../../ui/number-field/number-field.tsx';
import { Select } from '../../ui/select/select.tsx';
import type { Editing } from './editing.ts';
import { useSenders } from './wizard.query.ts';
import styles from './wizard.module.css';

const PRIORITIES = Array.from({ length: 10 }, (_, index) => String(index + 1));

/** What has a good value already. */
export function MoreSettings({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords).schedule;
  const senders = useSenders().data ?? [];
  const { draft, change } = editing;
  return (
    <details className={styles.more}>
      <summary>{words.more}</summary>
      <div className={styles.pair}>
        <NumberField
          label={words.pace}
          hint={words.paceHint}
          wrong={words.wrong(1, 100_000)}
          min={1}
          max={100_000}
          value={draft.rateLimit}
          onChange={(rateLimit) => change({ rateLimit })}
        />
        <Select
          label={words.priority}
          hint={words.priorityHint}
          value={String(draft.priority)}
          options={PRIORITIES.map((value) => [value, value])}
          onChange={(priority) => change({ priority: Number(priority) })}
        />
        <NumberField
          label={words.retries}
          wrong={words.wrong(0, 10)}
          min={0}
          max={10}
          value={draft.retryFailed ? draft.maxRetries : 0}
          onChange={(maxRetries) => change({ maxRetries, retryFailed: maxRetries > 0 })}
        />
        <NumberField
          label={words.breaker}
          wrong={words.wrong(1, 100)}
          min={1}
          max={100}
          value={draft.breakerFailurePercent}
          onChange={(breakerFailurePercent) => change({ breakerFailurePercent })}
        />
        {senders.length < 2 ? null : (
          <Select
            label={words.sender}
            value={draft.senderId ?? ''}
            options={[['', words.senderDefault], ...senders.map(({ id, name }) => [id, name] as const)]}
            onChange={(senderId) => change({ senderId: senderId === '' ? null : senderId })}
          />
        )}
      </div>
    </details>
  );
}
