import { useState } from 'react';
import { Link } from 'wouter';
import { orderWords } from '../../../messages/orders.ts';
import { useNow } from '../../features/now/now.ts';
import { cx } from '../../lib/cx.ts';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { DRAGGED, OrderCard } from './order-card.tsx';
import { useColumn, type ListedOrder, type OrderFilter, type OrderStatus } from './orders.query.ts';
import { useMoves, type Moves } from './use-moves.tsx';
import styles from './board.module.css';

export const COLUMNS = ['pending', 'confirmed', 'processing', 'completed'] as const;
export type ColumnName = (typeof COLUMNS)[number];

interface BoardProps {
  filter: OrderFilter;
  /** The one that a phone shows. */
  column: ColumnName;
  addressOf: (column: ColumnName) => string;
}

/** The orders by state. They are dragged, or moved by their menu: the API says which moves there are. */
export function Board({ filter, column, addressOf }: BoardProps) {
  const words = useWords(orderWords);
  const moves = useMoves();
  const now = useNow(30_000);
  const [dragged, setDragged] = useState<ListedOrder>();
  return (
    <>
      {moves.question}
      <div className={styles.tabs}>
        <Tabs
          label={words.columns}
          tabs={COLUMNS.map((status) => ({
            to: addressOf(status),
            label: words.status[status],
            isCurrent: status === column,
          }))}
        />
      </div>
      <div className={styles.board}>
        {COLUMNS.map((status) => (
          <Column
            key={status}
            {...{ status, filter, moves, now, dragged }}
            isShown={status === column}
            onDrag={setDragged}
          />
        ))}
      </div>
    </>
  );
}

interface ColumnProps {
  status: ColumnName;
  filter: OrderFilter;
  moves: Moves;
  now: number;
  isShown: boolean;
  dragged: ListedOrder | undefined;
  onDrag: (order: ListedOrder | undefined) => void;
}

function Column({ status, filter, moves, now, isShown, dragged, onDrag }: ColumnProps) {
  const words = useWords(orderWords);
  const column = useColumn(status, filter);
  const [isOver, setOver] = useState(false);
  const name = words.status[status];
  const total = column.data?.total ?? 0;
  const isOpen = dragged !== undefined && moves.possible(dragged).includes(status);
  return (
    <section
      aria-label={words.column(name, total)}
      className={cx(
        styles.column,
        isShown && styles.shown,
        isOpen && styles.open,
        isOver && dragged?.status !== status && styles.over,
      )}
      onDragOver={(event) => {
        if (dragged === undefined || !event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        // Where it may not go, the API says why, and the card comes back.
        if (dragged !== undefined && dragged.status !== status) moves.run(dragged, status);
        onDrag(undefined);
      }}
    >
      <h2 className={styles.columnName}>
        <span>{name}</span>
        <span className={styles.total}>{words.count(total)}</span>
      </h2>
      <Loaded query={column} what={name} lines={4}>
        {({ data }) => {
          const shown = withMoving(data, status, moves.moving);
          return shown.length === 0 ? (
            <p className={styles.none}>{words.emptyColumn[status]}</p>
          ) : (
            <ul className={styles.cards}>
              {shown.map((order) => (
                <OrderCard key={order.id} {...{ order, moves, now, onDrag }} />
              ))}
            </ul>
          );
        }}
      </Loaded>
      {total > (column.data?.data.length ?? 0) ? (
        <Link href={`/orders?view=list&status=${status}`} className={styles.more}>
          {words.more(total - (column.data?.data.length ?? 0))}
        </Link>
      ) : null}
    </section>
  );
}

/** A card is where it goes to until the API has answered. */
function withMoving(
  orders: readonly ListedOrder[],
  status: OrderStatus,
  moving: Moves['moving'],
): readonly ListedOrder[] {
  if (moving === undefined || moving.order.status === moving.to) return orders;
  const others = orders.filter(({ id }) => id !== moving.order.id);
  return moving.to === status ? [moving.order, ...others] : others;
}
