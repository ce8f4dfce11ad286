import { useState } from 'react';
import { linkWords } from '../../../messages/links.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import type { Editing } from './editing.ts';
import { faultOfLink, linkAt, withLink, type LinkText } from './link.ts';
import styles from './blank-field.module.css';

interface LinkFieldProps {
  place: string;
  label: string;
  editing: Editing;
}

/** Where a button leads whose taps are counted. What is not complete yet stays here and is not saved. */
export function LinkField({ place, label, editing }: LinkFieldProps) {
  const words = useWords(linkWords);
  const { draft, change } = editing;
  const [text, setText] = useState<LinkText>(() => linkAt(draft.links, place));
  const fault = faultOfLink(text);
  const set = (next: LinkText): void => {
    setText(next);
    if (faultOfLink(next) === null) change({ links: withLink(draft.links, place, next) });
  };
  const needsFallback = text.url.includes('{{');
  return (
    <section className={styles.blank}>
      <h3>{words.where(label)}</h3>
      <p className={styles.muted}>{words.why}</p>
      <TextField
        label={words.address}
        hint={words.addressHint}
        type="url"
        dir="ltr"
        autoComplete="off"
        value={text.url}
        error={fault === 'url' ? words.mustBeHttps : undefined}
        onChange={(url) => set({ ...text, url })}
      />
      {needsFallback ? (
        <TextField
          label={words.fallback}
          type="url"
          dir="ltr"
          autoComplete="off"
          value={text.fallback}
          error={fault === 'fallback' ? words.needsFallback : undefined}
          onChange={(fallback) => set({ ...text, fallback })}
        />
      ) : null}
    </section>
  );
}
