import { useState } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { may, useSession } from '../../api/session.ts';
import { useAct } from '../../features/act/act.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { oneOf, position, text } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { CheckIcon, ClockIcon, FailedIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import {
  replayTo,
  useDeliveries,
  useDelivery,
  WEBHOOKS,
  type Delivery,
  type Endpoint,
} from './webhooks.query.ts';
import styles from './settings.module.css';

const STATES = ['all', 'pending', 'delivered', 'failed'] as const;
const CODEC = { state: oneOf(STATES, 'all'), cursor: text('', 500), from: position };

export function Deliveries({ endpoint }: { endpoint: Endpoint }) {
  const words = useWords(settingsWords).webhooks;
  const session = useSession();
  const [filter, change] = useSearch(CODEC);
  const deliveries = useDeliveries(endpoint.id, filter);
  const replay = useAct(() => replayTo(endpoint.id, { failed: true }), {
    done: ({ replayed }) => words.replayed(replayed),
    failed: words.notReplayed,
    changes: WEBHOOKS,
  });
  const mayResend = may(session, 'webhooks:write') && endpoint.state === 'active';
  const mayReplay = mayResend && filter.state === 'failed';
  return (
    <Block title={words.deliveries}>
      <Tabs
        label={words.filters}
        tabs={STATES.map((state) => ({
          to: `/settings/webhooks/${endpoint.id}${state === 'all' ? '' : `?state=${state}`}`,
          label: state === 'all' ? words.all : words.states[state],
          isCurrent: state === filter.state,
        }))}
      />
      <Loaded query={deliveries} what={words.deliveries} lines={5}>
        {({ data, total, nextCursor, from }) =>
          data.length === 0 ? (
            <EmptyState title={filter.state === 'all' ? words.deliveriesNone : words.deliveriesNoneIn} />
          ) : (
            <>
              {mayReplay ? (
                <p>
                  <Button isDisabled={replay.isPending} onPress={() => replay.mutate()}>
                    {words.replay}
                  </Button>
                </p>
              ) : null}
              <ul className={styles.cards}>
                {data.map((delivery) => (
                  <Row key={delivery.id} delivery={delivery} mayResend={mayResend} />
                ))}
              </ul>
              <Pager
                from={from}
                count={data.length}
                total={total}
                onFirst={filter.cursor === '' ? undefined : () => change({ cursor: '', from: 1 })}
                onOlder={
                  typeof nextCursor === 'string'
                    ? () => change({ cursor: nextCursor, from: from + data.length })
                    : undefined
                }
              />
            </>
          )
        }
      </Loaded>
    </Block>
  );
}

const LOOKS = {
  pending: { tone: 'info', icon: <ClockIcon aria-hidden size={14} /> },
  delivered: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  failed: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
} as const;

function Row({ delivery, mayResend }: { delivery: Delivery; mayResend: boolean }) {
  const t = useText();
  const all = useWords(settingsWords);
  const words = all.webhooks;
  const { at } = useTimes();
  const [isOpen, setOpen] = useState(false);
  const { kind, state, attempts, dueAt, lastStatus, lastError, durationMs, createdAt } = delivery;
  const resend = useAct(() => replayTo(delivery.endpointId, { messageId: delivery.messageId }), {
    done: ({ replayed }) => words.replayed(replayed),
    failed: words.notReplayed,
    changes: WEBHOOKS,
  });
  const isRetry = state === 'pending' && attempts > 0 && dueAt !== null;
  const facts = [
    at(createdAt, 'dayTime'),
    attempts > 0 ? words.attempts(attempts) : undefined,
    lastStatus === null ? undefined : words.answered(lastStatus),
    durationMs === null ? undefined : words.took(durationMs),
  ];
  return (
    <li className={styles.card}>
      <div className={styles.titled}>
        <p className={styles.name}>
          <strong>{kind === 'webhook.test' ? words.testKind : <bdi dir="ltr">{kind}</bdi>}</strong>
          <Chip {...LOOKS[state]}>{isRetry ? words.trying(at(dueAt, 'dayTime')) : words.states[state]}</Chip>
        </p>
        <p className={styles.muted}>{facts.filter((fact) => fact !== undefined).join(' · ')}</p>
        {lastError === null || state === 'delivered' ? null : <p dir="auto">{lastError}</p>}
      </div>
      {mayResend && state === 'failed' ? (
        <p>
          <Button isDisabled={resend.isPending} onPress={() => resend.mutate(undefined)}>
            {all.resend}
          </Button>
        </p>
      ) : null}
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{t.states.details}</summary>
        {isOpen ? <Body delivery={delivery} /> : null}
      </details>
    </li>
  );
}

function Body({ delivery: { id, response } }: { delivery: Delivery }) {
  const words = useWords(settingsWords).webhooks;
  const delivery = useDelivery(id, true);
  return (
    <Loaded query={delivery} what={words.body}>
      {({ body }) => (
        <div className={styles.titled}>
          <h4>{words.body}</h4>
          <pre className={styles.code} dir="ltr" tabIndex={0}>
            {JSON.stringify(body, null, 2)}
          </pre>
          {response === null || response === '' ? null : (
            <>
              <h4>{words.answer}</h4>
              <pre className={styles.code} dir="ltr" tabIndex={0}>
                {response}
              </pre>
            </>
          )}
        </div>
      )}
    </Loaded>
  );
}
