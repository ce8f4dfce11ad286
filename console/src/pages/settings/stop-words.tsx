import { settingsWords } from '../../../messages/settings.ts';
import { Choice } from '../../ui/choice/choice.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { TextArea } from '../../ui/text-area/text-area.tsx';
import type { Values } from './organisation-values.ts';
import styles from './organisation.module.css';

/** The words with which people stop and start marketing, and what they are answered. */
export function StopWords({
  values,
  onChange,
}: {
  values: Values;
  onChange: (changes: Partial<Values>) => void;
}) {
  const words = useWords(settingsWords).organisation;
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <TextArea
          label={words.stopWords}
          hint={words.wordsHint}
          rows={3}
          value={values.stopWords}
          onChange={(stopWords) => onChange({ stopWords })}
        />
        <Answer legend={words.stopConfirmation} value={values.stop} onChange={(stop) => onChange({ stop })} />
      </div>
      <div className={styles.column}>
        {' '}
        <TextArea
          label={words.startWords}
          hint={words.wordsHint}
          rows={3}
          value={values.startWords}
          onChange={(startWords) => onChange({ startWords })}
        />
        <Answer
          legend={words.startConfirmation}
          value={values.start}
          onChange={(start) => onChange({ start })}
        />
      </div>
    </div>
  );
}

interface AnswerProps {
  legend: string;
  value: Values['stop'];
  onChange: (value: Values['stop']) => void;
}

function Answer({ legend, value, onChange }: AnswerProps) {
  const words = useWords(settingsWords).organisation;
  return (
    <Choice
      legend={legend}
      value={value.kind}
      onChange={(kind) => onChange({ ...value, kind })}
      options={(['builtIn', 'none', 'own'] as const).map((kind) => ({
        ...{ value: kind, label: words.confirmations[kind] },
        children:
          kind === 'own' ? (
            <TextArea
              label={words.ownText}
              rows={2}
              value={value.text}
              onChange={(text) => onChange({ ...value, text })}
            />
          ) : undefined,
      }))}
    />
  );
}
