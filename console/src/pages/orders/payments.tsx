import { orderWords } from '../../../messages/orders.ts';
import { Money } from '../../features/money/money.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { centsOf } from '../../lib/money.ts';
import { safeUrl } from '../../lib/safe-url.ts';
import { Block } from '../../ui/block/block.tsx';
import { Button } from '../../ui/button/button.tsx';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import { PaidIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Payment } from './orders.query.ts';
import type { OrderPart } from './order-part.ts';
import styles from './order.module.css';

const TONES: Readonly<Record<string, Tone>> = {
  captured: 'ok',
  failed: 'bad',
  pending: 'info',
  requested: 'info',
};

export function Payments({ order, open }: OrderPart) {
  const words = useWords(orderWords);
  const { payments, status, balance, needsReview } = order;
  const isOver = status === 'cancelled' || status === 'refunded';
  const isDue = !isOver && centsOf(balance) > 0n;
  return (
    <Block title={words.pay.title}>
      {payments.length === 0 ? (
        <p className={styles.muted}>{words.pay.none}</p>
      ) : (
        <ul className={styles.lines} aria-label={words.pay.list}>
          {payments.map((payment) => (
            <PaymentRow key={payment.id} payment={payment} />
          ))}
        </ul>
      )}
      {open !== undefined && isDue ? (
        <div className={styles.acts}>
          <Button onPress={() => open({ name: 'pay' })}>{words.pay.record}</Button>
          {needsReview ? null : (
            <Button look="quiet" onPress={() => open({ name: 'request' })}>
              {words.pay.request}
            </Button>
          )}
        </div>
      ) : null}
    </Block>
  );
}

function PaymentRow({ payment }: { payment: Payment }) {
  const words = useWords(orderWords);
  const { at } = useTimes();
  const { state, amount, capturedAmount, currency, method, reference, note, url } = payment;
  const methods: Readonly<Record<string, string>> = words.pay.methods;
  const link = url === null || state !== 'requested' ? undefined : safeUrl(url);
  return (
    <li className={styles.line}>
      <span className={styles.amount}>
        <Money amount={state === 'captured' ? capturedAmount : amount} currency={currency} />
      </span>
      <Chip tone={TONES[state] ?? 'plain'} icon={<PaidIcon aria-hidden size={14} />}>
        {words.pay.states[state] ?? state}
      </Chip>
      <span className={styles.muted} dir="auto">
        {[methods[method] ?? method, reference, note].filter((one) => one !== null).join(' · ')}
      </span>
      {link === undefined ? null : (
        <a href={link} target="_blank" rel="noopener noreferrer">
          <bdi dir="ltr">{link}</bdi>
        </a>
      )}
      <span className={styles.muted}>
        {state === 'requested' && payment.expiresAt !== null
          ? words.pay.until(at(payment.expiresAt, 'dayTime'))
          : at(payment.capturedAt ?? payment.createdAt, 'dayTime')}
      </span>
    </li>
  );
}
