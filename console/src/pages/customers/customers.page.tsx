import { customersWords } from '../../../messages/customers.ts';
import { may, useSession } from '../../api/session.ts';
import { PeopleTabs } from '../../features/people/people-tabs.tsx';
import { oneOf, position, text } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { CustomerRow } from './customer-row.tsx';
import { exportOf, useCustomers } from './customers.query.ts';
import { Filters } from './filters.tsx';
import styles from './customers.module.css';

const CODEC = {
  search: text(),
  subscription: oneOf(['all', 'subscribed', 'unsubscribed'], 'all'),
  city: text('', 120),
  state: text('', 120),
  zipcode: text('', 20),
  tier: text('', 50),
  tag: text('', 100),
  cursor: text('', 500),
  from: position,
};

export default function CustomersPage() {
  const words = useWords(customersWords);
  const session = useSession();
  const [filter, change] = useSearch(CODEC);
  const customers = useCustomers(filter);
  const { cursor, from, ...wanted } = filter;
  const isFiltered = Object.entries(wanted).some(([name, value]) =>
    name === 'subscription' ? value !== 'all' : value !== '',
  );
  const mayWrite = may(session, 'customers:write');
  const bringing = (
    <>
      <LinkButton to="/customers/import" look="main">
        {words.fromFile}
      </LinkButton>
      <LinkButton to="/customers/new">{words.newOne}</LinkButton>
    </>
  );
  return (
    <Page title={words.title} actions={mayWrite ? bringing : undefined}>
      <PeopleTabs here="everybody" />
      {customers.data?.data.length === 0 && !isFiltered ? null : (
        <Filters filter={wanted} onChange={(changes) => change({ ...changes, cursor: '', from: 1 })} />
      )}
      <Block title={words.list} isTitleHidden isBare>
        <Loaded query={customers} what={words.list} lines={8}>
          {({ data, total, nextCursor, from: first }) =>
            data.length === 0 ? (
              isFiltered ? (
                <EmptyState title={words.emptyFilter} />
              ) : (
                <EmptyState title={words.empty} hint={words.emptyHint} />
              )
            ) : (
              <>
                <ul className={styles.list}>
                  {data.map((customer) => (
                    <CustomerRow key={customer.id} customer={customer} />
                  ))}
                </ul>
                <Pager
                  from={first}
                  count={data.length}
                  total={total}
                  onFirst={cursor === '' ? undefined : () => change({ cursor: '', from: 1 })}
                  onOlder={
                    typeof nextCursor === 'string'
                      ? () => change({ cursor: nextCursor, from: from + data.length })
                      : undefined
                  }
                />
                <p className={styles.export}>
                  <a href={exportOf(wanted)} download>
                    {words.export}
                  </a>{' '}
                  {words.exportHint}
                </p>
              </>
            )
          }
        </Loaded>
      </Block>
    </Page>
  );
}
