import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { Money, useSayAmount } from '../../features/money/money.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { intent } from '../../lib/intent.ts';
import { centsOf } from '../../lib/money.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import { RefundIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { change, useChange, type Order, type Refund } from './orders.query.ts';
import { refundable } from './refundable.ts';
import type { OrderPart } from './order-part.ts';
import styles from './order.module.css';

const TONES: Readonly<Record<Refund['state'], Tone>> = {
  requested: 'info',
  pending: 'info',
  succeeded: 'ok',
  failed: 'bad',
  unknown: 'warn',
};

export function Refunds({ order, open }: OrderPart) {
  const words = useWords(orderWords);
  const mayRefund = open !== undefined && centsOf(refundable(order)) > 0n;
  if (order.refunds.length === 0 && !mayRefund) return null;
  return (
    <Block title={words.refund.title}>
      {order.refunds.length === 0 ? null : (
        <ul className={styles.lines} aria-label={words.refund.list}>
          {order.refunds.map((refund) => (
            <RefundRow key={refund.id} order={order} refund={refund} mayWrite={open !== undefined} />
          ))}
        </ul>
      )}
      {mayRefund ? (
        <div className={styles.acts}>
          <Button onPress={() => open({ name: 'refund' })}>{words.refund.open}</Button>
        </div>
      ) : null}
    </Block>
  );
}

function RefundRow({ order, refund, mayWrite }: { order: Order; refund: Refund; mayWrite: boolean }) {
  const t = useText();
  const words = useWords(orderWords);
  const { at } = useTimes();
  const say = useToast();
  const sayAmount = useSayAmount(order.currency);
  const [keyOf] = useState(intent);
  const settling = useChange();
  const { ask, question } = useQuestion();
  const { id, state, amount, reason } = refund;
  const settle = (succeeded: boolean): void =>
    ask({
      ...{ title: words.refund.settleTitle(sayAmount(amount)), text: words.refund.settleText },
      act: succeeded ? words.refund.hasMoney : words.refund.hasNot,
      onYes: () =>
        settling.mutate(() => change.settle(order.id, id, keyOf(succeeded), succeeded), {
          onSuccess: () => say({ text: words.refund.settled }),
          onError: (error) => say({ text: `${words.refund.failed} ${reasonOf(error, t)}` }),
        }),
    });
  const isOpen = state === 'unknown' || state === 'pending';
  return (
    <li className={styles.line}>
      {question}
      <span className={styles.amount}>
        <Money amount={amount} currency={order.currency} />
      </span>
      <Chip tone={TONES[state]} icon={<RefundIcon aria-hidden size={14} />}>
        {words.refund.states[state]}
      </Chip>
      <span className={styles.muted} dir="auto">
        {reason ?? ''}
      </span>
      <span className={styles.muted}>{at(refund.createdAt, 'dayTime')}</span>
      {isOpen && mayWrite ? (
        <div className={styles.whole}>
          {state === 'unknown' ? <p>{words.refund.unknownHint}</p> : null}
          <div className={styles.acts}>
            <Button onPress={() => settle(true)}>{words.refund.hasMoney}</Button>
            <Button onPress={() => settle(false)}>{words.refund.hasNot}</Button>
          </div>
        </div>
      ) : null}
    </li>
  );
}
