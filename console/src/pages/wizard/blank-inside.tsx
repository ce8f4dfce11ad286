import type { ReactNode } from 'react';
import { wizardWords, type WizardWords } from '../../../messages/wizard.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import type { Filling } from './blank.ts';
import type { Parameter } from './wizard.query.ts';
import styles from './blank-field.module.css';

interface InsideProps {
  parameter: Parameter;
  filling: Filling;
  paths: readonly string[];
  columns: readonly string[];
  isOwn: boolean;
  set: (filling: Filling) => void;
  lacking: ReactNode;
}

/** What a source of a value needs to be told. */
export function BlankInside({ parameter, filling, paths, columns, isOwn, set, lacking }: InsideProps) {
  const words = useWords(wizardWords).personalise;
  if (filling.source === 'other') return null;
  if (filling.source === 'same') {
    const isMedia = parameter.kind === 'media';
    return (
      <TextField
        label={isMedia ? words.link : words.text}
        hint={isMedia ? words.linkHint : parameter.kind === 'instant' ? words.moment : undefined}
        dir="auto"
        autoComplete="off"
        value={filling.text}
        onChange={(text) => set({ source: 'same', text })}
      />
    );
  }
  const isCustomer = filling.source === 'customer';
  const known = isCustomer ? paths : columns;
  const all = known.includes(filling.path) ? known : [filling.path, ...known];
  return (
    <>
      <div className={styles.pair}>
        <Select
          label={isCustomer ? words.field : words.column}
          value={filling.path}
          options={all.map((path) => [path, isCustomer ? nameOf(path, words) : path])}
          onChange={(path) => set({ ...filling, path })}
        />
        <TextField
          label={words.fallback}
          dir="auto"
          autoComplete="off"
          value={filling.fallback}
          onChange={(fallback) => set({ ...filling, fallback })}
        />
      </div>
      {isOwn && !isCustomer ? <p className={styles.muted}>{words.ownValues}</p> : null}
      {filling.fallback === '' ? <p className={styles.muted}>{words.fallbackHint}</p> : null}
      {lacking}
    </>
  );
}

function nameOf(path: string, words: WizardWords['personalise']): string {
  return words.fields[path] ?? words.detail(path);
}
