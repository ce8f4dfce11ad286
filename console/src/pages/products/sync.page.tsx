import { useState } from 'react';
import { productWords } from '../../../messages/products.ts';
import { may, useSession } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { CheckIcon, ClockIcon, FailedIcon, WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { useForm } from './use-form.ts';
import {
  isRunning,
  useCatalogs,
  useConflicts,
  useRuns,
  work,
  type Conflict,
  type SyncRun,
} from './products.query.ts';
import styles from './sync.module.css';

/** How the catalog and WhatsApp came together: each run, what it refused, and what a person has to decide. */
export default function SyncPage({ catalogId }: { catalogId: string }) {
  const words = useWords(productWords).runs;
  const all = useWords(productWords);
  const catalogs = useCatalogs();
  const conflicts = useConflicts(catalogId);
  const runs = useRuns(catalogId);
  const mayWrite = may(useSession(), 'catalog:write');
  const name = catalogs.data?.find(({ id }) => id === catalogId)?.name ?? all.catalog;
  return (
    <Page
      title={words.title(name)}
      actions={<LinkButton to={`/products?catalog=${catalogId}`}>{words.back}</LinkButton>}
    >
      <Block title={words.conflicts}>
        <Loaded query={conflicts} what={words.conflicts}>
          {({ data }) =>
            data.length === 0 ? (
              <p className={styles.muted}>{words.noConflicts}</p>
            ) : (
              <ul className={styles.entries}>
                {data.map((conflict) => (
                  <ConflictRow key={conflict.id} {...{ catalogId, conflict, mayWrite }} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Block>
      <Block title={words.list}>
        <Loaded query={runs} what={words.list} lines={6}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title={words.none} />
            ) : (
              <ul className={styles.entries} aria-label={words.list}>
                {list.map((run) => (
                  <Run key={run.id} {...{ catalogId, run, mayWrite }} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Block>
    </Page>
  );
}

function ConflictRow({
  catalogId,
  conflict,
  mayWrite,
}: {
  catalogId: string;
  conflict: Conflict;
  mayWrite: boolean;
}) {
  const words = useWords(productWords).runs;
  const { send, isBusy, failure } = useForm(
    { done: words.decided, failed: words.notDecided },
    () => undefined,
  );
  const { id, sku, fields } = conflict;
  const take = (side: 'local' | 'meta'): void =>
    send([side, conflict.updatedAt], (key) => work.decide(catalogId, id, key, side));
  return (
    <li className={styles.entry}>
      <h3>
        <bdi dir="ltr">{sku}</bdi>
      </h3>
      <div className={styles.scroll}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.field}</th>
              <th scope="col">{words.ours}</th>
              <th scope="col">{words.theirs}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ field, ours, theirs }) => (
              <tr key={field}>
                <th scope="row">{field}</th>
                <td dir="auto">{ours}</td>
                <td dir="auto">{theirs}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {failure === undefined ? null : <Failure {...failure} />}
      {mayWrite ? (
        <div className={styles.acts}>
          <Button isDisabled={isBusy} aria-label={words.takeOursOf(sku)} onPress={() => take('local')}>
            {words.takeOurs}
          </Button>
          <Button isDisabled={isBusy} aria-label={words.takeTheirsOf(sku)} onPress={() => take('meta')}>
            {words.takeTheirs}
          </Button>
        </div>
      ) : null}
    </li>
  );
}

const TONES: Readonly<Record<SyncRun['status'], Tone>> = {
  queued: 'info',
  running: 'info',
  completed: 'ok',
  partial: 'warn',
  failed: 'bad',
  stopped: 'plain',
};

function iconOf(status: SyncRun['status']) {
  if (status === 'completed') return <CheckIcon aria-hidden size={14} />;
  if (status === 'failed') return <FailedIcon aria-hidden size={14} />;
  return status === 'partial' ? <WarnIcon aria-hidden size={14} /> : <ClockIcon aria-hidden size={14} />;
}

function Run({ catalogId, run, mayWrite }: { catalogId: string; run: SyncRun; mayWrite: boolean }) {
  const words = useWords(productWords).runs;
  const { at } = useTimes();
  const { send, isBusy, failure } = useForm(
    { done: words.stopped, failed: words.notDecided },
    () => undefined,
  );
  // A person who opened the problems of a run wants to see them while it goes on.
  const [isOpen, setOpen] = useState(false);
  const { status, trigger, problems, failureReason, startedAt } = run;
  const result = words.result({
    sent: run.created + run.updated + run.deleted,
    pulled: run.pulledCreated + run.pulledUpdated,
    ...{ refused: run.rejected, notReady: run.notReady },
  });
  return (
    <li className={styles.entry}>
      <div className={styles.acts}>
        <Chip tone={TONES[status]} icon={iconOf(status)}>
          {words.states[status]}
        </Chip>
        <span>{startedAt === null ? '' : at(startedAt, 'dayTime')}</span>
        <span className={styles.muted}>{words.triggers[trigger]}</span>
      </div>
      <p className={styles.muted}>{result}</p>
      {failureReason === null ? null : (
        <p className={styles.bad} dir="auto">
          {failureReason}
        </p>
      )}
      {failure === undefined ? null : <Failure {...failure} />}
      {isRunning(run) && mayWrite ? (
        <div>
          <Button isDisabled={isBusy} onPress={() => send('stop', () => work.stop(catalogId, run.id))}>
            {words.stop}
          </Button>
        </div>
      ) : null}
      {problems.length === 0 ? null : (
        <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{words.problems(problems.length)}</summary>
          <ul>
            {problems.map(({ code, message, sku, at: then }) => (
              <li key={`${code} ${sku ?? ''} ${then}`} dir="auto">
                {sku === undefined ? null : <bdi dir="ltr">{sku}</bdi>} {message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
