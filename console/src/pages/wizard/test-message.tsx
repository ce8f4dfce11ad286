import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { wizardWords } from '../../../messages/wizard.ts';
import { sayCode } from '../../features/explain/say-event.ts';
import { usePreferences, useRemember } from '../../features/preferences/preferences.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import type { Editing } from './editing.ts';
import type { PreviewPerson } from './preview-people.ts';
import { sendTest } from './wizard.query.ts';
import styles from './test-message.module.css';
import { peopleWords } from '../../../messages/people.ts';

interface TestMessageProps {
  editing: Editing;
  /** Whose values fill the message when nobody is listed yet. */
  person: PreviewPerson | undefined;
}

/** To the own number, which is remembered; the answer in words. */
export function TestMessage({ editing, person }: TestMessageProps) {
  const people = useWords(peopleWords);
  const words = useWords(wizardWords).test;
  const known = usePreferences().testNumber;
  const keep = useRemember();
  const [typed, setTyped] = useState<string>();
  const [isMissing, setMissing] = useState(false);
  const number = typed ?? known ?? '';
  const test = useMutation({
    mutationFn: async (to: string) => {
      await editing.flush();
      return sendTest(editing.draft.id, to, person?.body.variables);
    },
    onSuccess: (_answer, to) => {
      if (to !== known) keep?.({ testNumber: to });
    },
  });
  const result = test.data?.results[0];
  return (
    <Block title={words.title}>
      <p className={styles.lead}>{words.lead}</p>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const to = number.trim();
          setMissing(to === '');
          if (to !== '' && !test.isPending) test.mutate(to);
        }}
      >
        <TextField
          type="tel"
          autoComplete="tel"
          dir="ltr"
          label={words.number}
          hint={words.hint}
          error={isMissing ? words.missing : undefined}
          value={number}
          onChange={setTyped}
        />
        <Button type="submit" isDisabled={test.isPending}>
          {test.isPending ? words.sending : words.send}
        </Button>
      </form>
      <div role="status">
        {result === undefined || test.isPending ? null : (
          <p>
            {words.results[result.status](
              result.phoneNumber,
              sayCode(result.error?.code, result.error?.details ?? result.error?.title, people),
            )}
          </p>
        )}
      </div>
      {test.isError ? <Failure title={words.failed} error={test.error} /> : null}
    </Block>
  );
}
