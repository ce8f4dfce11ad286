import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { may, useSession } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Problem } from '../../lib/problem.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { Deliveries } from './deliveries.tsx';
import { SecretOnce } from './secret-once.tsx';
import { useWebhookActs } from './webhook-acts.tsx';
import { nameOf, WebhookChip } from './webhook-chip.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookKinds } from './webhook-kinds.tsx';
import { changeEndpoint, useEndpoint, WEBHOOKS, type Endpoint } from './webhooks.query.ts';
import styles from './settings.module.css';

/** One address: what it hears of, what can be done with it, and what was sent to it. */
export function Webhook({ id }: { id: string }) {
  const t = useText();
  const words = useWords(settingsWords).webhooks;
  const endpoint = useEndpoint(id);
  const isGone = endpoint.error instanceof Problem && [400, 404].includes(endpoint.error.status);
  return (
    <>
      <p>
        <LinkButton to="/settings/webhooks" look="quiet">
          {t.states.back}
        </LinkButton>
      </p>
      {isGone ? (
        <EmptyState title={words.gone} />
      ) : (
        <Loaded query={endpoint} what={words.details} lines={6}>
          {(found) => (
            <>
              <Head endpoint={found} />
              <Deliveries endpoint={found} />
            </>
          )}
        </Loaded>
      )}
    </>
  );
}

function Head({ endpoint }: { endpoint: Endpoint }) {
  const words = useWords(settingsWords).webhooks;
  const { at } = useTimes();
  const say = useToast();
  const client = useQueryClient();
  const session = useSession();
  const [isChanging, setChanging] = useState(false);
  const [secret, setSecret] = useState<string>();
  const acts = useWebhookActs(endpoint, setSecret);
  const name = nameOf(endpoint);
  const { previousSecretUntil: until } = endpoint;
  return (
    <>
      {secret === undefined ? null : (
        <SecretOnce
          title={words.secretTitle}
          hint={words.secretHint}
          secret={secret}
          onDone={() => setSecret(undefined)}
        />
      )}
      <Block title={name} aside={<WebhookChip endpoint={endpoint} />}>
        {isChanging ? (
          <WebhookForm
            endpoint={endpoint}
            act={words.change}
            send={(input) => changeEndpoint(endpoint.id, input)}
            onDone={() => {
              setChanging(false);
              say({ text: words.changed });
              void client.invalidateQueries({ queryKey: WEBHOOKS });
            }}
            onCancel={() => setChanging(false)}
          />
        ) : (
          <>
            <p className={styles.muted}>
              <bdi dir="ltr">{endpoint.url}</bdi>
            </p>
            <WebhookKinds kinds={endpoint.kinds} />
            {endpoint.disabledReason === null ? null : <p dir="auto">{endpoint.disabledReason}</p>}
            {until === null ? null : <p className={styles.muted}>{words.twoSecrets(at(until, 'dayTime'))}</p>}
            {may(session, 'webhooks:write') ? (
              <div className={styles.buttons}>
                {endpoint.state === 'disabled' ? (
                  <Button look="main" onPress={acts.enable}>
                    {words.enable}
                  </Button>
                ) : (
                  <Button look="main" isDisabled={acts.isTesting} onPress={acts.test}>
                    {words.test}
                  </Button>
                )}
                <Button onPress={() => setChanging(true)}>{words.change}</Button>
                <Button onPress={acts.rotate}>{words.rotate}</Button>
                <Button look="quiet" onPress={acts.remove}>
                  {words.remove}
                </Button>
              </div>
            ) : null}
          </>
        )}
      </Block>
      {acts.question}
    </>
  );
}
