import { templatesWords } from '../../../messages/templates.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import type { Draft } from './draft.ts';
import { variablesOf } from './variables.ts';
import styles from './templates.module.css';

/** A sample for each blank of the headline and the text. */
export function SampleFields({
  draft: { header, body, samples },
  onChange,
}: {
  draft: Draft;
  onChange: (samples: Draft['samples']) => void;
}) {
  const words = useWords(templatesWords).form;
  const blanks = [
    ...variablesOf(header).map((name) => ({ place: words.header, key: `header.${name}`, name })),
    ...variablesOf(body).map((name) => ({ place: words.body, key: `body.${name}`, name })),
  ];
  if (blanks.length === 0) return null;
  return (
    <fieldset className={styles.samples}>
      <legend>{words.samples}</legend>
      <p className={styles.muted}>{words.sampleHint}</p>
      {blanks.map(({ place, key, name }) => (
        <TextField
          key={key}
          label={words.says(place, words.sample(name))}
          autoComplete="off"
          dir="auto"
          value={samples[key] ?? ''}
          onChange={(sample) => onChange({ ...samples, [key]: sample })}
        />
      ))}
    </fieldset>
  );
}
