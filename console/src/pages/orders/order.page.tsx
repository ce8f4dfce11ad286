import { lazy, Suspense, useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { may, useSession } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Problem } from '../../lib/problem.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { Customer } from './customer.tsx';
import { Flags } from './flags.tsx';
import { History } from './history.tsx';
import { Items } from './items.tsx';
import { Messages } from './messages.tsx';
import { Next } from './next.tsx';
import { Notes } from './notes.tsx';
import { OrderStateChip, Standing } from './order-chips.tsx';
import { Payments } from './payments.tsx';
import { Refunds } from './refunds.tsx';
import { useOrder, type Order } from './orders.query.ts';
import { useMoves } from './use-moves.tsx';
import type { SheetName } from './order-part.ts';
import styles from './order.module.css';

// Only those who fill something in load the forms.
const OrderSheet = lazy(() => import('./sheets.tsx'));

export default function OrderPage({ id }: { id: string }) {
  const t = useText();
  const words = useWords(orderWords);
  const order = useOrder(id);
  if (order.data !== undefined) return <OneOrder order={order.data} />;
  const isGone = order.error instanceof Problem && [400, 404].includes(order.error.status);
  return (
    <Page title={isGone ? t.states.notFound : words.one}>
      {order.isError && !isGone ? (
        <Failure
          title={t.states.failed(words.one)}
          error={order.error}
          onAgain={() => void order.refetch()}
        />
      ) : isGone ? null : (
        <Skeleton lines={8} />
      )}
    </Page>
  );
}

function OneOrder({ order }: { order: Order }) {
  const words = useWords(orderWords);
  const { at } = useTimes();
  const moves = useMoves();
  const mayWrite = may(useSession(), 'orders:write');
  const [sheet, setSheet] = useState<SheetName>();
  const part = { order, open: mayWrite ? setSheet : undefined };
  return (
    <Page
      title={order.orderNumber}
      aside={<OrderStateChip status={order.status} />}
      actions={<span className={styles.muted}>{at(order.createdAt, 'full')}</span>}
    >
      <p className={styles.chips}>
        <Standing order={order} />
      </p>
      {moves.question}
      {sheet === undefined ? null : (
        <Suspense fallback={null}>
          <OrderSheet order={order} sheet={sheet} onClose={() => setSheet(undefined)} />
        </Suspense>
      )}
      {mayWrite ? null : <p className={styles.muted}>{words.noWrite}</p>}
      <div className={styles.columns}>
        <div className={styles.main}>
          <Flags {...part} moves={moves} />
          <Next {...part} moves={moves} />
          <Items {...part} />
          <Payments {...part} />
          <Refunds {...part} />
          <History order={order} />
        </div>
        <div className={styles.side}>
          <Customer {...part} />
          <Notes order={order} mayWrite={mayWrite} />
          <Messages order={order} />
        </div>
      </div>
    </Page>
  );
}
