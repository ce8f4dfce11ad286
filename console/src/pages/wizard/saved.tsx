import { Problem } from '../../lib/problem.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import type { Editing } from './editing.ts';
import styles from './saved.module.css';

const GONE_ON = 412;

/** Whether everything is saved. Nothing that is not is ever dropped without asking. */
export function Saved({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords);
  const { plainAt } = useTimes();
  const { saving, flush, reload, drop } = editing;
  const { kind, error, savedAt } = saving;
  if (kind === 'failed' && error instanceof Problem && error.status === GONE_ON) {
    return (
      <div role="alert" className={styles.conflict}>
        <p>
          <strong>{words.conflict}</strong>
        </p>
        <p>{words.conflictText}</p>
        <p className={styles.answers}>
          <Button onPress={() => void drop()}>{words.takeTheirs}</Button>
          <Button onPress={() => void reload().then(flush)}>{words.keepMine}</Button>
        </p>
      </div>
    );
  }
  if (kind === 'failed') return <Failure title={words.notSaved} error={error} onAgain={() => void flush()} />;
  return (
    <p role="status" className={styles.saved}>
      {kind === 'saving'
        ? words.saving
        : kind === 'waiting'
          ? words.waiting
          : savedAt === undefined
            ? words.savedBefore
            : words.saved(plainAt(savedAt, 'time'))}
    </p>
  );
}
