import { importsWords } from '../../../messages/imports.ts';
import type { Upload } from '../../features/import/uploads.ts';
import { duration } from '../../lib/when.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Progress } from '../../ui/progress/progress.tsx';
import type { CustomerImport } from './imports.query.ts';
import { paceOf } from './pace.ts';
import styles from './imports.module.css';

export function UploadBar({ upload: { file, part, state } }: { upload: Upload }) {
  const words = useWords(importsWords).run;
  if (state === 'stopped') return null;
  return (
    <div className={styles.bar}>
      <p>{part >= 1 ? words.sentAll(file.size) : words.sending(Math.round(part * file.size), file.size)}</p>
      <Progress label={words.upload} value={part} total={1} />
    </div>
  );
}

/** How far the rows are. Their number is only known of a file that this tab sends: by the part that has arrived. */
export function ReadBar({ row, upload }: { row: CustomerImport; upload: Upload | undefined }) {
  const t = useText();
  const words = useWords(importsWords).run;
  const isRunning = row.status === 'running';
  const { perSecond, estimatedRows, secondsLeft } = paceOf(row, upload?.part);
  return (
    <div className={styles.bar}>
      <p>
        <strong>{words.read(row.rowsRead)}</strong>{' '}
        {words.counts(row.rowsCreated, row.rowsUpdated, row.rowsUnchanged, row.rowsFailed)}
      </p>
      {isRunning ? (
        <Progress label={words.reading} value={row.rowsRead} total={estimatedRows ?? row.rowsRead * 2} />
      ) : null}
      {isRunning && perSecond > 0 ? (
        <p className={styles.muted}>
          {words.speed(perSecond)}
          {secondsLeft === undefined ? '' : `, ${words.left(duration(secondsLeft, t.locale))}`}
        </p>
      ) : null}
    </div>
  );
}
