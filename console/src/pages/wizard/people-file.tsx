import { useId, useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { wizardWords } from '../../../messages/wizard.ts';
import { percent } from '../../lib/share.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Progress } from '../../ui/progress/progress.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import type { Editing } from './editing.ts';
import { IntakeResult } from './intake-result.tsx';
import { useIsHere } from './is-here.ts';
import { addFile } from './wizard.query.ts';
import styles from './people-file.module.css';

/** The file goes to the server as it is; the server knows what its columns mean. */
export function PeopleFile({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords).people;
  const id = useId();
  const say = useToast();
  const isHere = useIsHere();
  const [file, setFile] = useState<File>();
  const [part, setPart] = useState(0);
  const add = useMutation({
    mutationFn: async (chosen: File) => {
      setPart(0);
      await editing.settle();
      return addFile(editing.draft.id, chosen, setPart);
    },
    onSuccess: async ({ recipientsAdded, duplicatesSkipped }) => {
      setFile(undefined);
      if (!isHere()) say({ text: words.added(recipientsAdded, duplicatesSkipped) });
      await editing.reload();
    },
  });
  const start = (): void => {
    if (file !== undefined) add.mutate(file);
  };
  return (
    <>
      <div className={styles.field}>
        <label htmlFor={id}>{words.file}</label>
        <input
          key={add.data?.totalRecipients}
          id={id}
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          aria-describedby={`${id}-hint`}
          disabled={add.isPending}
          onChange={(event) => setFile(event.currentTarget.files?.[0])}
        />
        <p id={`${id}-hint`}>{words.fileHint}</p>
      </div>
      {file === undefined ? null : (
        <p>
          <Button look="main" isDisabled={add.isPending} onPress={start}>
            {words.addFile}
          </Button>
        </p>
      )}
      {add.isPending ? (
        <div role="status">
          <p>{part < 1 ? words.uploading(percent(part, 1)) : words.reading}</p>
          <Progress label={words.file} value={part} total={1} />
        </div>
      ) : null}
      {add.isError ? <Failure title={words.notAdded} error={add.error} onAgain={start} /> : null}
      {add.data === undefined ? null : <IntakeResult intake={add.data} />}
    </>
  );
}
