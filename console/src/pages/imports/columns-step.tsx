import { importsWords } from '../../../messages/imports.ts';
import { useSession } from '../../api/session.ts';
import { countries } from '../../lib/countries.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { Select } from '../../ui/select/select.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Column } from './column.tsx';
import { usePreview, type Reading } from './imports.query.ts';
import { ProblemList } from './problem-list.tsx';
import styles from './columns.module.css';

interface ColumnsStepProps {
  file: File;
  reading: Reading;
  onReading: (reading: Reading) => void;
  onBack: () => void;
  onNext: () => void;
}

/** What each column means is the API's guess, with the reasons why rows would be refused; both follow every change. */
export function ColumnsStep({ file, reading, onReading, onBack, onNext }: ColumnsStepProps) {
  const t = useText();
  const all = useWords(importsWords);
  const words = all.columns;
  const { organization } = useSession();
  const preview = usePreview(file, reading);
  const { data } = preview;
  const ofFile = data?.problems.filter(({ column }) => column === null) ?? [];
  const isRefused = ofFile.some(({ severity, count }) => severity === 'error' && count === null);
  const map = (header: string, target: string): void =>
    onReading({ ...reading, mapping: { ...reading.mapping, [header]: target } });
  return (
    <Block
      title={words.title}
      aside={<span className={styles.muted}>{all.file.about(file.name, file.size)}</span>}
    >
      {data === undefined && preview.isPending ? <Skeleton lines={6} /> : null}
      {preview.isError ? (
        <>
          <Failure title={words.notRead} error={preview.error} onAgain={() => void preview.refetch()} />
          <p>{words.notReadHint}</p>
        </>
      ) : null}
      {data === undefined || preview.isError ? null : (
        <>
          <p>{words.lead}</p>
          <ProblemList problems={ofFile} />
          <div className={styles.country}>
            <Select
              label={words.country}
              value={reading.country === '' ? (organization.defaultCountry ?? '') : reading.country}
              options={[
                ...(organization.defaultCountry === null ? [['', words.countryNone] as const] : []),
                ...countries(t.locale),
              ]}
              onChange={(country) => onReading({ ...reading, country })}
            />
          </div>
          <div className={styles.head} aria-hidden>
            <span>{words.yours}</span>
            <span>{words.first}</span>
            <span>{words.becomes}</span>
          </div>
          <ul className={styles.columns} aria-busy={preview.isPlaceholderData}>
            {data.columns.map((column, index) => (
              <Column
                key={`${index}`}
                column={column}
                targets={data.targets}
                problems={data.problems.filter(({ column: of }) => of === index)}
                onTarget={(target) => map(column.header, target)}
              />
            ))}
          </ul>
        </>
      )}
      <div className={styles.buttons}>
        <Button onPress={onBack}>{all.back}</Button>
        <Button
          look="main"
          isDisabled={data === undefined || preview.isError || preview.isPlaceholderData || isRefused}
          onPress={onNext}
        >
          {words.next}
        </Button>
      </div>
    </Block>
  );
}
