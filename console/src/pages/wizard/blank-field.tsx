import { useState } from 'react';
import { wizardWords, type WizardWords } from '../../../messages/wizard.ts';
import { Choice } from '../../ui/choice/choice.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { BlankInside } from './blank-inside.tsx';
import { readFilling, valueOf, withValue, writeFilling, type Filling } from './blank.ts';
import type { Editing } from './editing.ts';
import { Lacking } from './lacking.tsx';
import { placeOf } from './place-of.ts';
import type { Parameter, Template } from './wizard.query.ts';
import styles from './blank-field.module.css';

interface BlankFieldProps {
  parameter: Parameter;
  editing: Editing;
  template: Template;
  paths: readonly string[];
  columns: readonly string[];
}

type Source = 'same' | 'customer' | 'column';

/** One place of the message that the template leaves open. */
export function BlankField({ parameter, editing, template, paths, columns }: BlankFieldProps) {
  const words = useWords(wizardWords).personalise;
  const { draft, change } = editing;
  const known = readFilling(valueOf(parameter, draft.templateVariables));
  // The file's own column of this name fills it by itself, until something is chosen here.
  const isOwn = parameter.keys.some((key) => columns.includes(key));
  const [picked, setPicked] = useState<Source>();
  const title = titleOf(parameter, words);
  if (known?.source === 'other') {
    return (
      <p>
        <strong>{title}</strong> {words.madeElsewhere}
      </p>
    );
  }
  const source = picked ?? known?.source ?? (isOwn ? 'column' : 'same');
  const filling: Filling = known?.source === source ? known : emptyOf(source, paths, parameter, columns);
  const set = (next: Filling): void => {
    if (next.source === 'other') return;
    change({ templateVariables: withValue(parameter, draft.templateVariables, writeFilling(next)) });
  };
  const pick = (next: Source): void => {
    setPicked(next);
    // A detail is chosen at once; a text has to be written first.
    set(emptyOf(next, paths, parameter, columns));
  };
  const label = parameter.required ? title : words.optional(title);
  const around = placeOf(template, parameter);
  const sources: Source[] = ['same', 'customer', ...(columns.length > 0 ? (['column'] as const) : [])];
  return (
    <section className={styles.blank}>
      <h3>{label}</h3>
      {around === undefined ? null : (
        <p className={styles.around} dir="auto">
          {around.before}
          <mark>{around.blank}</mark>
          {around.after}
        </p>
      )}
      <Choice
        isRow
        legend={label}
        isLegendHidden
        value={source}
        onChange={pick}
        options={sources.map((value) => ({
          value,
          label: words.sources[value],
          children: (
            <BlankInside
              {...{ parameter, filling, paths, columns, isOwn, set }}
              lacking={
                filling.source === 'customer' && known?.source === 'customer' ? (
                  <Lacking draft={draft} path={filling.path} fallback={filling.fallback} />
                ) : null
              }
            />
          ),
        }))}
      />
    </section>
  );
}

function emptyOf(
  source: Source,
  paths: readonly string[],
  { keys }: Parameter,
  columns: readonly string[],
): Exclude<Filling, { source: 'other' }> {
  if (source === 'same') return { source, text: '' };
  const known = source === 'customer' ? paths : columns;
  return { source, path: known.find((path) => keys.includes(path)) ?? known[0] ?? '', fallback: '' };
}

function titleOf(
  { component, index, card, name, kind }: Parameter,
  words: WizardWords['personalise'],
): string {
  const what =
    component === 'header'
      ? kind === 'media'
        ? words.media
        : words.header
      : component === 'button'
        ? kind === 'code'
          ? words.code
          : words.button((index ?? 0) + 1)
        : component === 'offer'
          ? words.offer
          : words.blank(name);
  return card === null ? what : words.card(card + 1, what);
}
