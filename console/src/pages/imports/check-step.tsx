import { useState, type SyntheticEvent } from 'react';
import { importsWords } from '../../../messages/imports.ts';
import { serverNow } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { dayOf } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { CheckField } from '../../ui/field/check-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { TextArea } from '../../ui/text-area/text-area.tsx';
import { consentOf, type ListConsent } from './list-consent.ts';
import { usePreview, type Reading } from './imports.query.ts';
import { ProblemList } from './problem-list.tsx';
import styles from './check.module.css';

interface CheckStepProps {
  file: File;
  reading: Reading;
  onBack: () => void;
  onStart: (consent: Readonly<Record<string, string>>) => void;
}

const NOTHING_YET: ListConsent = { hasAgreed: false, source: '', day: '', text: '' };

/** What will happen, in numbers, and the question whether these people have agreed. */
export function CheckStep({ file, reading, onBack, onStart }: CheckStepProps) {
  const all = useWords(importsWords);
  const words = all.check;
  const { zone } = useTimes();
  const preview = usePreview(file, reading);
  const [consent, setConsent] = useState(NOTHING_YET);
  const [isAsked, setAsked] = useState(false);
  const today = dayOf(serverNow(), zone);
  const { problems, options } = consentOf(consent, today, serverNow());
  const said = (name: keyof typeof problems): string | undefined => {
    const problem = isAsked ? problems[name] : undefined;
    return problem === undefined ? undefined : words[problem];
  };
  const change = (changes: Partial<ListConsent>): void => setConsent({ ...consent, ...changes });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (options !== undefined) onStart(options);
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Block title={words.title}>
        <Loaded query={preview} what={words.title} lines={4}>
          {({ estimatedRows, isWhole, rowsRead, rowsFailed, problems: found }) => (
            <>
              <p className={styles.lead}>
                {estimatedRows === null
                  ? words.unknown
                  : isWhole
                    ? words.whole(estimatedRows)
                    : words.about(estimatedRows)}{' '}
                {rowsFailed === 0 ? words.allGood(rowsRead) : words.someBad(rowsRead, rowsFailed)}
              </p>
              <p>{words.known}</p>
              {found.length === 0 ? null : (
                <>
                  <h3>{words.problems}</h3>
                  <ProblemList problems={found} />
                </>
              )}
            </>
          )}
        </Loaded>
      </Block>
      <Block title={words.consentTitle}>
        <CheckField
          label={words.consent}
          hint={words.consentHint}
          error={said('hasAgreed')}
          isChecked={consent.hasAgreed}
          onChange={(hasAgreed) => change({ hasAgreed })}
        />
        <div className={styles.fields}>
          <TextField
            label={words.source}
            hint={words.sourceHint}
            error={said('source')}
            value={consent.source}
            maxLength={200}
            dir="auto"
            onChange={(source) => change({ source })}
          />
          <TextField
            label={words.at}
            hint={words.atHint}
            error={said('day')}
            type="date"
            max={today}
            value={consent.day}
            onChange={(day) => change({ day })}
          />
        </div>
        <TextArea
          label={words.text}
          hint={words.textHint}
          rows={3}
          value={consent.text}
          onChange={(text) => change({ text: text.slice(0, 2_000) })}
        />
      </Block>
      <div className={styles.buttons}>
        <Button onPress={onBack}>{all.back}</Button>
        <Button type="submit" look="main" isDisabled={preview.data === undefined}>
          {words.start(preview.data?.estimatedRows ?? null)}
        </Button>
      </div>
    </form>
  );
}
