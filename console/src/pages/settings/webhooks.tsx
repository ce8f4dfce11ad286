import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { settingsWords } from '../../../messages/settings.ts';
import { may, useSession } from '../../api/session.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { SecretOnce } from './secret-once.tsx';
import { nameOf, WebhookChip } from './webhook-chip.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookKinds } from './webhook-kinds.tsx';
import { createEndpoint, useEndpoints, WEBHOOKS, type Endpoint } from './webhooks.query.ts';
import styles from './settings.module.css';

/** The addresses that hear what happens here. */
export function Webhooks() {
  const t = useText();
  const words = useWords(settingsWords).webhooks;
  const session = useSession();
  const client = useQueryClient();
  const endpoints = useEndpoints();
  const [adding, setAdding] = useState<'no' | 'form' | { secret: string }>('no');
  const mayAdd = may(session, 'webhooks:write');
  return (
    <>
      <div className={styles.head}>
        <p className={styles.lead}>{words.lead}</p>
        {mayAdd && adding === 'no' ? (
          <Button look="main" onPress={() => setAdding('form')}>
            {words.add}
          </Button>
        ) : null}
      </div>
      {mayAdd ? null : <p className={styles.muted}>{t.states.readOnly}</p>}
      {adding === 'form' ? (
        <Block title={words.add}>
          <WebhookForm
            act={words.create}
            send={createEndpoint}
            onDone={({ secret }) => {
              setAdding({ secret });
              void client.invalidateQueries({ queryKey: WEBHOOKS });
            }}
            onCancel={() => setAdding('no')}
          />
        </Block>
      ) : null}
      {typeof adding === 'object' ? (
        <SecretOnce
          title={words.secretTitle}
          hint={words.secretHint}
          secret={adding.secret}
          onDone={() => setAdding('no')}
        />
      ) : null}
      {adding === 'form' ? null : (
        <Block title={words.list} isTitleHidden isBare>
          <Loaded query={endpoints} what={words.list} lines={4}>
            {({ data }) =>
              data.length === 0 ? (
                <EmptyState title={words.empty} />
              ) : (
                <ul className={styles.cards}>
                  {data.map((endpoint) => (
                    <Row key={endpoint.id} endpoint={endpoint} />
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Block>
      )}
    </>
  );
}

function Row({ endpoint }: { endpoint: Endpoint }) {
  return (
    <li className={styles.card}>
      <div className={styles.titled}>
        <h3 className={styles.name}>
          <Link href={`/settings/webhooks/${endpoint.id}`} dir="auto">
            {nameOf(endpoint)}
          </Link>
          <WebhookChip endpoint={endpoint} />
        </h3>
        <p className={styles.muted}>
          <bdi dir="ltr">{endpoint.url}</bdi>
        </p>
        {endpoint.disabledReason === null ? null : <p dir="auto">{endpoint.disabledReason}</p>}
      </div>
      <WebhookKinds kinds={endpoint.kinds} />
    </li>
  );
}
