import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { wizardWords } from '../../../messages/wizard.ts';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import type { Editing } from './editing.ts';
import { removeEverybody } from './wizard.query.ts';
import styles from './wizard.module.css';

/** Those who were added one by one. They stay when the campaign also chooses people by a rule. */
export function Listed({ editing, isBeside }: { editing: Editing; isBeside: boolean }) {
  const t = useText();
  const words = useWords(wizardWords).people;
  const say = useToast();
  const { ask, question } = useQuestion();
  const [left, setLeft] = useState(0);
  const { id, totalRecipients: total } = editing.draft;
  const remove = useMutation({
    mutationFn: () => removeEverybody(id, setLeft),
    onSuccess: () => say({ text: words.removed }),
    onError: (error) => say({ text: `${words.notRemoved} ${reasonOf(error, t)}` }),
    onSettled: () => editing.reload(),
  });
  const onRemove = (): void =>
    ask({
      ...{ title: words.removeTitle(total), text: words.removeText, act: words.remove, keep: words.keep },
      isDangerous: true,
      onYes: () => remove.mutate(),
    });
  return (
    <div className={styles.facts}>
      <p>
        <strong>{isBeside ? words.andListed(total) : words.listed(total)}</strong>
      </p>
      {remove.isPending ? (
        <p role="status">{words.removing(left)}</p>
      ) : (
        <>
          <LinkButton to={`/campaigns/${id}/people`}>{words.see}</LinkButton>
          <Button look="quiet" onPress={onRemove}>
            {words.remove}
          </Button>
        </>
      )}
      {question}
    </div>
  );
}
