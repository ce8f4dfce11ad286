import { useState } from 'react';
import { useLocation } from 'wouter';
import { customersWords } from '../../../messages/customers.ts';
import { may, useSession } from '../../api/session.ts';
import { ConsentChip } from '../../features/people/consent-chip.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { newKey } from '../../lib/new-key.ts';
import { Problem } from '../../lib/problem.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure, reasonOf } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { ActivityList } from './activity-list.tsx';
import { attributeTree } from './attribute-tree.ts';
import { Attributes } from './attributes.tsx';
import { ConsentHistory } from './consent-history.tsx';
import { useCustomer, useDeleteCustomer, useStopMarketing, type CustomerDetails } from './customers.query.ts';
import { Profile } from './profile.tsx';
import styles from './customer.module.css';

export default function CustomerPage({ id }: { id: string }) {
  const t = useText();
  const words = useWords(customersWords).one;
  const customer = useCustomer(id);
  if (customer.data !== undefined) return <OneCustomer customer={customer.data.data} />;
  const isGone = customer.error instanceof Problem && [400, 404].includes(customer.error.status);
  return (
    <Page title={words.name}>
      {isGone ? (
        <EmptyState title={words.gone} hint={words.goneHint}>
          <LinkButton to="/customers">{t.states.back}</LinkButton>
        </EmptyState>
      ) : customer.isError ? (
        <Failure
          title={t.states.failed(words.name)}
          error={customer.error}
          onAgain={() => void customer.refetch()}
        />
      ) : (
        <Skeleton lines={8} />
      )}
    </Page>
  );
}

function OneCustomer({ customer }: { customer: CustomerDetails }) {
  const all = useWords(customersWords);
  const words = all.one;
  const { at } = useTimes();
  const name = customer.name ?? customer.phoneNumber ?? customer.username ?? all.noName;
  const acts = useActs(customer, name);
  const window = customer.serviceWindowExpiresAt;
  const hasStopped = customer.subscription === 'unsubscribed';
  const closed = hasStopped ? undefined : customer.isActive ? words.windowClosed : words.windowSwitchedOff;
  const lead = window === null ? closed : words.window(at(window, 'dayTime'));
  const isEmpty = Object.keys(customer.attributes).length === 0;
  return (
    <Page title={name} aside={<ConsentChip customer={customer} />} actions={acts.buttons}>
      {acts.question}
      {lead === undefined ? null : <p className={styles.lead}>{lead}</p>}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Block title={words.activity}>
            <ActivityList id={customer.id} />
          </Block>
          <Block title={words.consent}>
            <ConsentHistory id={customer.id} />
          </Block>
        </div>
        <div className={styles.column}>
          <Block title={words.profile}>
            <Profile customer={customer} />
          </Block>
          <Block title={words.attributes}>
            {isEmpty ? (
              <p className={styles.muted}>{words.attributesNone}</p>
            ) : (
              <Attributes node={attributeTree(customer.attributes)} />
            )}
          </Block>
        </div>
      </div>
    </Page>
  );
}

/** Stopping is asked about once; deleting asks for the number to be typed. */
function useActs(customer: CustomerDetails, name: string) {
  const t = useText();
  const words = useWords(customersWords).one;
  const session = useSession();
  const say = useToast();
  const [, navigate] = useLocation();
  const stop = useStopMarketing();
  const remove = useDeleteCustomer();
  const [stopKey] = useState(newKey);
  const { ask, question } = useQuestion();
  const { id, subscription } = customer;
  const onError = (error: Error): void => say({ text: `${words.unchanged(name)} ${reasonOf(error, t)}` });
  const askStop = (): void =>
    ask({
      ...{ title: words.ask.stop(name), text: words.ask.stopText(name), act: words.stop },
      ...{ keep: words.ask.keep, isDangerous: true },
      onYes: () =>
        stop.mutate(
          { id, key: stopKey },
          { onSuccess: () => say({ text: words.stoppedNow(name) }), onError },
        ),
    });
  const askDelete = (): void =>
    ask({
      ...{ title: words.ask.delete(name), text: words.ask.deleteText(name), act: words.delete },
      ...{ keep: words.ask.keepOne, isDangerous: true },
      typed: customer.phoneNumber ?? name,
      onYes: () =>
        remove.mutate(id, {
          onSuccess: () => {
            say({ text: words.deleted(name) });
            navigate('/customers');
          },
          onError,
        }),
    });
  const isBusy = stop.isPending || remove.isPending;
  const buttons = may(session, 'customers:write') ? (
    <>
      <LinkButton to={`/customers/${id}/edit`}>{words.edit}</LinkButton>
      {subscription === 'unsubscribed' ? null : (
        <Button isDisabled={isBusy} onPress={askStop}>
          {words.stop}
        </Button>
      )}
      <Button look="quiet" isDisabled={isBusy} onPress={askDelete}>
        {words.delete}
      </Button>
    </>
  ) : undefined;
  return { buttons, question };
}
