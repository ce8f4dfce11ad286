import { useEffect, useMemo, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { useSessionState } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { pastedPeople, type PastedPerson } from '../../lib/pasted-numbers.ts';
import { Problem } from '../../lib/problem.ts';
import { percent } from '../../lib/share.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { TextArea } from '../../ui/text-area/text-area.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import type { Editing } from './editing.ts';
import { IntakeResult } from './intake-result.tsx';
import { useIsHere } from './is-here.ts';
import { addPeople } from './wizard.query.ts';
import styles from './wizard.module.css';

const MOST = 100_000;

/** The text in the box outlives the step: it is gone only when all of it has been taken. */
function usePasted(id: string): [string, (text: string) => void] {
  const client = useQueryClient();
  const key = keys.ofDraft(id, 'pasted', '');
  const { data = '' } = useQuery<string>({ queryKey: key, enabled: false, gcTime: Infinity });
  // The box itself follows every key at once: the cache tells its changes a moment later, and the caret would jump.
  const [text, setText] = useState(data);
  return [
    text,
    (next) => {
      setText(next);
      client.setQueryData(key, next);
    },
  ];
}

export function PastedPeople({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords).people;
  const { id } = editing.draft;
  const say = useToast();
  const isHere = useIsHere();
  const [text, setText] = usePasted(id);
  const [part, setPart] = useState(0);
  const people = useMemo(() => pastedPeople(text), [text]);
  const add = useMutation({
    mutationFn: async (given: readonly PastedPerson[]) => {
      setPart(0);
      // Who is to get it must be known before anybody is added.
      await editing.settle();
      const asked = given.map(({ phoneNumber, name }) => ({
        phoneNumber,
        ...(name === undefined ? {} : { name }),
      }));
      return { given, intake: await addPeople(id, asked, setPart) };
    },
    onSuccess: async ({ given, intake }) => {
      // Only what was not understood stays, to be corrected.
      const refused = new Set(intake.invalid.map(({ input }) => input));
      setText(
        given
          .filter(({ phoneNumber }) => refused.has(phoneNumber))
          .map(lineOf)
          .join('\n'),
      );
      if (!isHere()) say({ text: words.added(intake.recipientsAdded, intake.duplicatesSkipped) });
      await editing.reload();
    },
  });
  const isTooLong = people.length > MOST;
  const start = (): void => {
    if (people.length > 0 && !isTooLong && !add.isPending) add.mutate(people);
  };
  useAgain(add.error, start);
  return (
    <>
      <TextArea
        label={words.box}
        hint={words.boxHint}
        value={text}
        isReadOnly={add.isPending}
        onChange={setText}
        onBlur={() => {
          // What has just been refused is not asked about again.
          if (add.data === undefined || !isRefused(people, add.data.intake.invalid)) start();
        }}
      />
      <div className={styles.facts}>
        <p role="status">
          {add.isPending
            ? words.adding(percent(part, 1))
            : isTooLong
              ? words.tooMany(people.length)
              : people.length > 0
                ? words.read(people.length)
                : ''}
        </p>
        {people.length === 0 || isTooLong ? null : (
          <Button isDisabled={add.isPending} onPress={start}>
            {words.add}
          </Button>
        )}
      </div>
      {add.isError ? <Failure title={words.notAdded} error={add.error} onAgain={start} /> : null}
      {add.data === undefined ? null : (
        <IntakeResult
          intake={add.data.intake}
          lineOf={(input) => add.data.given.find(({ phoneNumber }) => phoneNumber === input)?.line}
        />
      )}
    </>
  );
}

/** What an ended session kept from being added is added with the next one. */
function useAgain(error: unknown, start: () => void): void {
  const { kind } = useSessionState();
  const wasOver = error instanceof Problem && error.status === 401;
  const isDue = wasOver && kind === 'open';
  useEffect(() => {
    if (isDue) start();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each return, not for each drawing
  }, [isDue]);
}

function lineOf({ name, phoneNumber }: PastedPerson): string {
  return name === undefined ? phoneNumber : `${name} ${phoneNumber}`;
}

function isRefused(people: readonly PastedPerson[], invalid: readonly { input: string }[]): boolean {
  const refused = new Set(invalid.map(({ input }) => input));
  return people.every(({ phoneNumber }) => refused.has(phoneNumber));
}
