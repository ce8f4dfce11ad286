import { orderWords } from '../../../messages/orders.ts';
import { serverNow } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { oneOf, position, text, writeSearch } from '../../lib/search-codec.ts';
import { addDays, dayOf } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { SearchField } from '../../ui/field/search-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { FilterSelect } from '../../ui/select/filter-select.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { Board, COLUMNS } from './board.tsx';
import { OrderList } from './order-list.tsx';
import { exportOf, useOrders, type OrderFilter } from './orders.query.ts';
import styles from './orders.module.css';

const PAYMENTS = ['any', 'unpaid', 'partial', 'paid', 'partially_refunded', 'refunded'] as const;
const FULFILMENTS = ['any', 'unfulfilled', 'partially_fulfilled', 'fulfilled'] as const;
const STATES = ['any', 'pending', 'confirmed', 'processing', 'completed', 'cancelled', 'refunded'] as const;
const DAYS = ['any', 'today', 'week', 'month'] as const;
const BACK = { today: 0, week: 6, month: 29 } as const;
const CODEC = {
  view: oneOf(['board', 'list'], 'board'),
  column: oneOf(COLUMNS, 'pending'),
  status: oneOf(STATES, 'any'),
  payment: oneOf(PAYMENTS, 'any'),
  fulfilment: oneOf(FULFILMENTS, 'any'),
  day: oneOf(DAYS, 'any'),
  review: oneOf(['any', 'yes'], 'any'),
  search: text(),
  cursor: text('', 500),
  from: position,
};

export default function OrdersPage() {
  const words = useWords(orderWords);
  const { zone } = useTimes();
  const [address, change] = useSearch(CODEC);
  const { view, column, status, payment, fulfilment, day, review, search } = address;
  const since = day === 'any' ? undefined : addDays(dayOf(serverNow(), zone), -BACK[day]);
  const filter: OrderFilter = { search, payment, fulfilment, review, since };
  const restart = { cursor: '', from: 1 };
  const stay = (changes: Parameters<typeof change>[0]): string =>
    `/orders?${writeSearch(CODEC, location.search, { ...restart, ...changes })}`;
  return (
    <Page
      title={words.title}
      actions={
        <>
          <a
            href={exportOf({ ...filter, status: view === 'list' ? status : 'any' })}
            download
            title={words.exportHint}
            className={styles.link}
          >
            {words.export}
          </a>
          <LinkButton to="/carts">{words.carts}</LinkButton>
        </>
      }
    >
      <div className={styles.line}>
        <Tabs
          label={words.views}
          tabs={[
            { to: stay({ view: 'board' }), label: words.board, isCurrent: view === 'board' },
            { to: stay({ view: 'list' }), label: words.list, isCurrent: view === 'list' },
          ]}
        />
        <p className={styles.muted}>{words.live}</p>
      </div>
      <div className={styles.filters}>
        <SearchField
          label={words.search}
          value={search}
          onChange={(typed) => change({ search: typed, ...restart })}
        />
        {view === 'list' ? (
          <FilterSelect
            label={words.stateFilter}
            value={status}
            options={STATES.map((one) => [one, one === 'any' ? words.allStates : words.status[one]])}
            onChange={(chosen) => change({ status: chosen, ...restart })}
          />
        ) : null}
        <FilterSelect
          label={words.filters.payment}
          value={payment}
          options={PAYMENTS.map((one) => [one, one === 'any' ? words.any.payment : words.payment[one]])}
          onChange={(chosen) => change({ payment: chosen, ...restart })}
        />
        <FilterSelect
          label={words.filters.fulfilment}
          value={fulfilment}
          options={FULFILMENTS.map((one) => [
            one,
            one === 'any' ? words.any.fulfilment : words.fulfilment[one],
          ])}
          onChange={(chosen) => change({ fulfilment: chosen, ...restart })}
        />
        <FilterSelect
          label={words.filters.day}
          value={day}
          options={DAYS.map((one) => [one, one === 'any' ? words.any.day : words.days[one]])}
          onChange={(chosen) => change({ day: chosen, ...restart })}
        />
        <FilterSelect
          label={words.filters.review}
          value={review}
          options={[
            ['any', words.any.review],
            ['yes', words.onlyReview],
          ]}
          onChange={(chosen) => change({ review: chosen, ...restart })}
        />
      </div>
      {view === 'board' ? (
        <Board filter={filter} column={column} addressOf={(chosen) => stay({ column: chosen })} />
      ) : (
        <List filter={filter} address={address} change={change} />
      )}
    </Page>
  );
}

interface ListProps {
  filter: OrderFilter;
  address: { status: string; cursor: string; from: number };
  change: (changes: { cursor: string; from: number }) => void;
}

function List({ filter, address, change }: ListProps) {
  const words = useWords(orderWords);
  const { status, cursor, from: place } = address;
  const orders = useOrders({ ...filter, status, cursor, from: place });
  const { search, payment, fulfilment, review, since } = filter;
  const isFiltered =
    `${search}${since ?? ''}` !== '' || [status, payment, fulfilment, review].some((one) => one !== 'any');
  return (
    <Block title={words.theList} isTitleHidden isBare>
      <Loaded query={orders} what={words.theList} lines={8}>
        {({ data, total, nextCursor, from }) =>
          data.length === 0 ? (
            isFiltered ? (
              <EmptyState title={words.noMatch} />
            ) : (
              <EmptyState title={words.empty} hint={words.emptyHint} />
            )
          ) : (
            <>
              <OrderList orders={data} />
              <Pager
                from={from}
                count={data.length}
                total={total}
                onFirst={cursor === '' ? undefined : () => change({ cursor: '', from: 1 })}
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
