import { useLocation } from 'wouter';
import { importsWords } from '../../../messages/imports.ts';
import { forgetUpload, startUpload, type Upload } from '../../features/import/uploads.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import type { CustomerImport } from './imports.query.ts';
import styles from './imports.module.css';

interface BrokenProps {
  upload: Upload | undefined;
  row: CustomerImport | undefined;
  mayWrite: boolean;
}

/** Why an import did not come to its end, and the way on. Rows that are in stay as they are when the file comes again. */
export function Broken({ upload, row, mayWrite }: BrokenProps) {
  const words = useWords(importsWords).run;
  const [, navigate] = useLocation();
  const hasBroken = row?.status === 'interrupted' || row?.status === 'failed';
  const hasStopped = upload?.state === 'stopped';
  if (!hasBroken && !hasStopped) return null;
  const again = (): void => {
    if (upload === undefined) return;
    forgetUpload(upload.importId);
    navigate(`/customers/import/${startUpload(upload.file, upload.options)}`);
  };
  return (
    <>
      {hasStopped && row === undefined ? <Failure title={words.notStarted} error={upload.error} /> : null}
      {row?.status === 'failed' ? (
        <p dir="auto">{[row.failureReason, words.failedHint].filter(Boolean).join(' ')}</p>
      ) : null}
      {row?.status === 'interrupted' ? <p>{words.interruptedHint}</p> : null}
      {!mayWrite ? null : (
        <div className={styles.buttons}>
          {upload === undefined ? (
            <LinkButton to="/customers/import">{words.chooseAgain}</LinkButton>
          ) : (
            <Button onPress={again}>{words.tryAgain}</Button>
          )}
        </div>
      )}
    </>
  );
}
