import { useState } from 'react';
import { wizardWords } from '../../../messages/wizard.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { PencilIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Editing } from './editing.ts';
import styles from './wizard.module.css';

/** The name is suggested from the template and can be changed at any step. */
export function Name({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords);
  const [typed, setTyped] = useState<string>();
  if (typed === undefined) {
    return (
      <IconButton
        label={words.rename}
        icon={<PencilIcon aria-hidden size={18} />}
        onPress={() => setTyped(editing.draft.name)}
      />
    );
  }
  return (
    <form
      className={styles.name}
      onSubmit={(event) => {
        event.preventDefault();
        setTyped(undefined);
      }}
    >
      <TextField
        label={words.name}
        autoFocus
        autoComplete="off"
        maxLength={200}
        value={typed}
        onChange={(name) => {
          setTyped(name);
          if (name.trim() !== '') editing.change({ name });
        }}
      />
      <Button type="submit">{words.done}</Button>
    </form>
  );
}
