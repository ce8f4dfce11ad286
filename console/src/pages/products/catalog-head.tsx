import { useState } from 'react';
import { Link } from 'wouter';
import { productWords } from '../../../messages/products.ts';
import { may, useSession } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { newKey } from '../../lib/new-key.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { isRunning, useConflicts, useRuns, useWork, work, type Catalog } from './products.query.ts';
import styles from './products.module.css';

/** How the catalog stands with WhatsApp. */
export function CatalogHead({ catalog }: { catalog: Catalog }) {
  const t = useText();
  const words = useWords(productWords).head;
  const { at } = useTimes();
  const say = useToast();
  const mayWrite = may(useSession(), 'catalog:write');
  const runs = useRuns(catalog.id);
  const conflicts = useConflicts(catalog.id);
  const syncing = useWork();
  const { ask, question } = useQuestion();
  const [key, setKey] = useState(newKey);
  const isUnderWay = isRunning(runs.data?.[0]);
  const waiting = conflicts.data?.total ?? 0;
  const sync = (): void =>
    ask({
      ...{ title: words.ask(catalog.name), text: words.askText, act: words.syncNow },
      onYes: () =>
        syncing.mutate(() => work.sync(catalog.id, key), {
          onSuccess: () => say({ text: words.started }),
          onError: (error) => say({ text: `${words.failed} ${reasonOf(error, t)}` }),
          onSettled: () => setKey(newKey()),
        }),
    });
  return (
    <Block
      title={words.title(catalog.name)}
      tone={waiting > 0 ? 'warn' : 'plain'}
      aside={
        <span className={styles.muted}>{words.count(catalog.totalProducts, catalog.activeProducts)}</span>
      }
    >
      {question}
      <p>
        {isUnderWay
          ? words.running
          : catalog.lastSyncAt === null
            ? words.never
            : words.last(at(catalog.lastSyncAt, 'dayTime'))}{' '}
        {catalog.connection.connected === false ? words.notConnected : ''}
      </p>
      {waiting > 0 ? (
        <p>
          {words.conflicts(waiting)} <Link href={`/products/${catalog.id}/sync`}>{words.decide}</Link>
        </p>
      ) : null}
      <div className={styles.acts}>
        {mayWrite ? (
          <Button isDisabled={isUnderWay || syncing.isPending} onPress={sync}>
            {words.syncNow}
          </Button>
        ) : null}
        <LinkButton to={`/products/${catalog.id}/sync`} look="quiet">
          {words.runs}
        </LinkButton>
      </div>
    </Block>
  );
}
