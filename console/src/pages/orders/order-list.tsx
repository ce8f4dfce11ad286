import { Link } from 'wouter';
import { orderWords } from '../../../messages/orders.ts';
import { Money } from '../../features/money/money.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { useWords } from '../../ui/language/language.tsx';
import { OrderStateChip, Standing } from './order-chips.tsx';
import { nameOf } from './order-name.ts';
import type { ListedOrder } from './orders.query.ts';
import styles from './orders.module.css';

export function OrderList({ orders }: { orders: readonly ListedOrder[] }) {
  const words = useWords(orderWords);
  const { at } = useTimes();
  return (
    <ul className={styles.list} aria-label={words.theList}>
      {orders.map((order) => (
        <li key={order.id} className={styles.row}>
          <div className={styles.what}>
            <Link href={`/orders/${order.id}`} className={styles.name}>
              <bdi>{order.orderNumber}</bdi>
            </Link>
            <span className={styles.muted} dir="auto">
              {nameOf(order, words)}
            </span>
          </div>
          <OrderStateChip status={order.status} />
          <p className={styles.chips}>
            <Standing order={order} />
          </p>
          <span className={styles.muted}>{at(order.createdAt, 'dayTime')}</span>
          <span className={styles.amount}>
            <Money amount={order.total} currency={order.currency} />
          </span>
        </li>
      ))}
    </ul>
  );
}
