import { lazy, Suspense, useId } from 'react';
import { Link, useLocation } from 'wouter';
import { orderWords } from '../../../messages/orders.ts';
import { Money } from '../../features/money/money.tsx';
import { ago } from '../../lib/ago.ts';
import { cx } from '../../lib/cx.ts';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { MoreIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Standing } from './order-chips.tsx';
import { nameOf } from './order-name.ts';
import type { ListedOrder } from './orders.query.ts';
import type { Moves } from './use-moves.tsx';
import styles from './board.module.css';

// The cards are readable before their menus have come.
const Menu = lazy(() => import('../../ui/menu/menu.tsx'));

/** What is dragged, to the board alone. */
export const DRAGGED = 'application/x-drumbeat-order';

interface OrderCardProps {
  order: ListedOrder;
  moves: Moves;
  now: number;
  onDrag: (order: ListedOrder | undefined) => void;
}

export function OrderCard({ order, moves, now, onDrag }: OrderCardProps) {
  const t = useText();
  const words = useWords(orderWords);
  const title = useId();
  const [, navigate] = useLocation();
  const { id, orderNumber: number, status } = order;
  const possible = moves.possible(order);
  const [step] = possible.filter((to) => to !== 'cancelled');
  // What needs a look first is confirmed where it can be seen.
  const isOdd = order.needsReview && status === 'pending';
  const isMoving = moves.moving?.order.id === id;
  const bounced = moves.bounced?.id === id ? moves.bounced : undefined;
  const actions = [
    { id: 'open', label: words.one, onAction: () => navigate(`/orders/${id}`) },
    ...possible.map((to) => ({
      id: to,
      label: to === 'cancelled' ? words.moves.cancelled : words.moveTo(words.status[to]),
      isDangerous: to === 'cancelled',
      onAction: () => moves.run(order, to),
    })),
  ];
  return (
    <li>
      <article
        // The next bounce restarts the animation.
        key={bounced?.count ?? 0}
        aria-labelledby={title}
        className={cx(styles.card, isMoving && styles.moving, bounced !== undefined && styles.bounced)}
        draggable={possible.length > 0}
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAGGED, id);
          event.dataTransfer.effectAllowed = 'move';
          onDrag(order);
        }}
        onDragEnd={() => onDrag(undefined)}
      >
        <div className={styles.head}>
          <Link id={title} href={`/orders/${id}`} className={styles.number} draggable={false}>
            <bdi>{number}</bdi>
          </Link>
          <span className={styles.amount}>
            <Money amount={order.total} currency={order.currency} />
          </span>
        </div>
        <p className={styles.who}>
          <bdi>{nameOf(order, words)}</bdi>
          <span>{ago(order.createdAt, now, t.locale)}</span>
        </p>
        <p className={styles.chips}>
          <Standing order={order} />
        </p>
        {bounced === undefined ? null : (
          <p className={styles.reason} dir="auto">
            {bounced.reason}
          </p>
        )}
        {possible.length === 0 ? null : (
          <div className={styles.acts}>
            {isOdd ? (
              <LinkButton to={`/orders/${id}`}>{words.look}</LinkButton>
            ) : step === undefined ? null : (
              <Button
                look={status === 'pending' ? 'main' : 'plain'}
                aria-label={words.moveOf(words.moves[step], number)}
                isDisabled={isMoving}
                onPress={() => moves.run(order, step)}
              >
                {words.moves[step]}
              </Button>
            )}
            <Suspense fallback={null}>
              <Menu
                label={t.states.actions(number)}
                icon={<MoreIcon aria-hidden size={20} />}
                actions={actions}
              />
            </Suspense>
          </div>
        )}
      </article>
    </li>
  );
}
