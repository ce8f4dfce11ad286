import { useId, useState, useSyncExternalStore } from 'react';
import { serverNow } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { Bubble } from '../../features/bubble/bubble.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { Loaded } from '../../ui/block/loaded.tsx';
import { WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Editing } from './editing.ts';
import type { PreviewPerson } from './preview-people.ts';
import { usePreview } from './wizard.query.ts';
import styles from './preview.module.css';

const WIDE = '(width >= 64rem)';

function useIsWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(WIDE);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(WIDE).matches,
  );
}

interface PreviewProps {
  editing: Editing;
  people: readonly PreviewPerson[];
}

/** The message as somebody real would get it, beside the step or, where there is no room, below it. */
export function Preview(props: PreviewProps) {
  const words = useWords(wizardWords).preview;
  const id = useId();
  if (useIsWide()) {
    return (
      <aside aria-labelledby={id} className={styles.preview}>
        <h2 id={id} className={styles.title}>
          {words.title}
        </h2>
        <Shown {...props} />
      </aside>
    );
  }
  return (
    <details className={styles.preview}>
      <summary>{words.title}</summary>
      <Shown {...props} />
    </details>
  );
}

function Shown({ editing, people }: PreviewProps) {
  const words = useWords(wizardWords).preview;
  const { plainAt } = useTimes();
  const id = useId();
  const [chosen, setChosen] = useState('');
  const person = people.find(({ key }) => key === chosen) ?? people[0];
  const preview = usePreview(editing.draft.id, editing.state, person?.body ?? {});
  return (
    <>
      {people.length === 0 ? null : (
        <div className={styles.person}>
          <label htmlFor={id}>{words.forWhom}</label>
          <select id={id} value={person?.key} onChange={(event) => setChosen(event.currentTarget.value)}>
            {people.map(({ key, name, phoneNumber }) => (
              <option key={key} value={key}>
                {name ?? phoneNumber ?? words.somebody}
              </option>
            ))}
          </select>
        </div>
      )}
      <Loaded query={preview} what={words.title} lines={4}>
        {({ message, problems }) => (
          <>
            {message === null ? (
              <p>{words.none}</p>
            ) : (
              <Bubble message={message} time={plainAt(serverNow(), 'time')} />
            )}
            {problems.length === 0 ? null : (
              <p className={styles.missing}>
                <WarnIcon aria-hidden size={18} />
                <span>{words.missing(problems.map(({ name }) => words.blank(name)).join(', '))}</span>
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}
