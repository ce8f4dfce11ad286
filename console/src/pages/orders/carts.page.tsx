import { useState } from 'react';
import { Link } from 'wouter';
import { orderWords } from '../../../messages/orders.ts';
import { may, serverNow, useSession } from '../../api/session.ts';
import { Money } from '../../features/money/money.tsx';
import { ago } from '../../lib/ago.ts';
import { intent } from '../../lib/intent.ts';
import { sayAmount } from '../../lib/money.ts';
import { oneOf, position } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { ClockIcon, OrdersIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useSearch } from '../../ui/search.ts';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { useCarts, useSendCart, type Cart } from './orders.query.ts';
import styles from './orders.module.css';

const TABS = ['abandoned', 'active', 'checkout', 'converted', 'expired', 'all'] as const;
const CODEC = { status: oneOf(TABS, 'abandoned'), page: position };

export default function CartsPage() {
  const words = useWords(orderWords).cart;
  const [{ status, page }, change] = useSearch(CODEC);
  const carts = useCarts({ status, page });
  return (
    <Page title={words.title}>
      <p className={styles.muted}>{words.lead}</p>
      <Tabs
        label={words.filters}
        tabs={TABS.map((one) => ({
          to: `/carts?status=${one}`,
          label: one === 'all' ? words.all : words.status[one],
          isCurrent: one === status,
        }))}
      />
      <Block title={words.list} isTitleHidden isBare>
        <Loaded query={carts} what={words.list} lines={6}>
          {({ data, total, from }) =>
            data.length === 0 ? (
              <EmptyState title={words.empty} />
            ) : (
              <>
                <ul className={styles.list} aria-label={words.list}>
                  {data.map((cart) => (
                    <CartRow key={cart.id} cart={cart} />
                  ))}
                </ul>
                <Pager
                  from={from}
                  count={data.length}
                  total={total}
                  onFirst={page === 1 ? undefined : () => change({ page: 1 })}
                  onOlder={
                    from + data.length - 1 < (total ?? 0) ? () => change({ page: page + 1 }) : undefined
                  }
                />
              </>
            )
          }
        </Loaded>
      </Block>
    </Page>
  );
}

const TONES: Readonly<Record<Cart['status'], Tone>> = {
  active: 'info',
  checkout: 'accent',
  abandoned: 'warn',
  converted: 'ok',
  expired: 'plain',
};

function CartRow({ cart }: { cart: Cart }) {
  const t = useText();
  const words = useWords(orderWords).cart;
  const session = useSession();
  const say = useToast();
  const sending = useSendCart();
  const { ask, question } = useQuestion();
  const [keyOf] = useState(intent);
  const { id, status, phoneNumber: phone, orderId, total, currency } = cart;
  const isOpen = status === 'active' || status === 'checkout' || status === 'abandoned';
  const send = (to: string): void =>
    ask({
      ...{ title: words.ask(to), text: words.askText(sayAmount(total, currency, t.locale)), act: words.send },
      onYes: () =>
        sending.mutate(
          { id, key: keyOf(cart.updatedAt) },
          {
            onSuccess: () => say({ text: words.sent }),
            onError: (error) => say({ text: `${words.failed} ${reasonOf(error, t)}` }),
          },
        ),
    });
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <span className={styles.name}>{phone === null ? words.nobody : <Phone number={phone} />}</span>
        <span className={styles.muted}>{words.reminders(cart.remindersSent)}</span>
      </div>
      <Chip
        tone={TONES[status]}
        icon={
          status === 'converted' ? <OrdersIcon aria-hidden size={14} /> : <ClockIcon aria-hidden size={14} />
        }
      >
        {words.status[status]}
      </Chip>
      <span className={styles.muted}>{words.changed(ago(cart.lastActivityAt, serverNow(), t.locale))}</span>
      <div>
        {question}
        {orderId === null ? null : <Link href={`/orders/${orderId}`}>{words.order}</Link>}
        {isOpen && phone !== null && may(session, 'orders:write') ? (
          <Button aria-label={words.sendOf(phone)} isDisabled={sending.isPending} onPress={() => send(phone)}>
            {words.send}
          </Button>
        ) : null}
      </div>
      <span className={styles.amount}>
        <Money amount={total} currency={currency} />
      </span>
    </li>
  );
}
