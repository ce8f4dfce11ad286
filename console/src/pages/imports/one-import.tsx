import { importsWords } from '../../../messages/imports.ts';
import { may, useSession } from '../../api/session.ts';
import { useUpload, type Upload } from '../../features/import/uploads.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Problem } from '../../lib/problem.ts';
import { Block } from '../../ui/block/block.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { Broken } from './broken.tsx';
import { ImportChip } from './import-chip.tsx';
import { useImport, type CustomerImport } from './imports.query.ts';
import { Refused } from './refused.tsx';
import { ReadBar, UploadBar } from './run-bars.tsx';
import { Steps } from './steps.tsx';
import styles from './imports.module.css';

/** The last step, and later the page of an import. */
export function OneImport({ id }: { id: string }) {
  const t = useText();
  const words = useWords(importsWords).run;
  const upload = useUpload(id);
  const isUnderWay = upload !== undefined && upload.state !== 'done';
  const found = useImport(id, isUnderWay);
  const isGone = found.error instanceof Problem && [400, 404].includes(found.error.status);
  const row = found.data ?? undefined;
  const name = upload?.file.name ?? row?.fileName;
  return (
    <Page
      title={typeof name === 'string' ? words.title(name) : words.plainTitle}
      aside={row === undefined ? undefined : <ImportChip status={row.status} />}
    >
      {upload === undefined ? null : <Steps here="import" />}
      {isGone && upload === undefined ? (
        <EmptyState title={words.gone}>
          <LinkButton to="/customers/import">{t.states.back}</LinkButton>
        </EmptyState>
      ) : found.isError ? (
        <Failure
          title={t.states.failed(words.plainTitle)}
          error={found.error}
          onAgain={() => void found.refetch()}
        />
      ) : found.data === undefined && upload === undefined ? (
        <Skeleton lines={5} />
      ) : (
        <Running upload={upload} row={row} />
      )}
      {row !== undefined && row.status !== 'running' && row.rowsFailed > 0 ? (
        <Refused id={id} count={row.rowsFailed} />
      ) : null}
    </Page>
  );
}

function Running({ upload, row }: { upload: Upload | undefined; row: CustomerImport | undefined }) {
  const words = useWords(importsWords).run;
  const session = useSession();
  const { at } = useTimes();
  const hasEnded = row !== undefined && row.status !== 'running';
  const mayWrite = may(session, 'customers:write');
  return (
    <Block title={words.plainTitle} isTitleHidden>
      {hasEnded ? (
        <p className={styles.lead} role="status">
          {row.status === 'completed'
            ? words.completed(row.rowsRead, row.rowsCreated, row.rowsUpdated, row.rowsFailed)
            : row.status === 'interrupted'
              ? words.interrupted(row.rowsRead)
              : words.failed}
        </p>
      ) : null}
      {upload === undefined || hasEnded ? null : <UploadBar upload={upload} />}
      {row === undefined ? null : <ReadBar row={row} upload={upload} />}
      {upload?.state === 'waiting' ? <p role="status">{words.busy}</p> : null}
      {upload?.state === 'sending' && row === undefined ? <p>{words.waiting}</p> : null}
      {upload?.state === 'sending' && upload.part < 1 ? (
        <p className={styles.muted}>{words.keepTab}</p>
      ) : null}
      <Broken upload={upload} row={row} mayWrite={mayWrite} />
      {row === undefined || row.consentSource === null || row.consentAt === null ? null : (
        <p className={styles.muted} dir="auto">
          {words.consent(row.consentSource, at(row.consentAt, 'dayYear'))}
        </p>
      )}
      {row?.status === 'completed' ? (
        <div className={styles.buttons}>
          <LinkButton to="/customers" look="main">
            {words.people}
          </LinkButton>
          {mayWrite ? <LinkButton to="/customers/import">{words.another}</LinkButton> : null}
        </div>
      ) : null}
    </Block>
  );
}
