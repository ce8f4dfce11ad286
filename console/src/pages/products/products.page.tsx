import { lazy, Suspense, useState } from 'react';
import { productWords } from '../../../messages/products.ts';
import { may, useSession } from '../../api/session.ts';
import { oneOf, position, text, writeSearch } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { SearchField } from '../../ui/field/search-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { FilterSelect } from '../../ui/select/filter-select.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { CatalogHead } from './catalog-head.tsx';
import { ProductTile } from './product-tile.tsx';
import { exportOf, useCatalogs, useProducts, type Catalog } from './products.query.ts';
import styles from './products.module.css';

const CatalogSheet = lazy(() => import('./catalog-sheet.tsx'));

const AVAILABILITIES = ['any', 'in_stock', 'out_of_stock', 'preorder'] as const;
const SYNCS = [
  'any',
  'synced',
  'dirty',
  'not_synced',
  'not_ready',
  'rejected',
  'conflict',
  'missing',
] as const;
const CODEC = {
  catalog: text('', 40),
  view: oneOf(['grid', 'rows'], 'grid'),
  availability: oneOf(AVAILABILITIES, 'any'),
  sync: oneOf(SYNCS, 'any'),
  search: text(),
  cursor: text('', 500),
  from: position,
};

export default function ProductsPage() {
  const words = useWords(productWords);
  const catalogs = useCatalogs();
  const [{ catalog: chosen }, change] = useSearch(CODEC);
  const mayWrite = may(useSession(), 'catalog:write');
  const [isNew, setNew] = useState(false);
  const catalog = catalogs.data?.find(({ id }) => id === chosen) ?? catalogs.data?.[0];
  return (
    <Page
      title={words.title}
      actions={
        catalog === undefined ? undefined : (
          <>
            <a href={exportOf(catalog.id)} download title={words.exportHint} className={styles.link}>
              {words.export}
            </a>
            {mayWrite ? (
              <LinkButton to={`/products/${catalog.id}/new`} look="main">
                {words.newOne}
              </LinkButton>
            ) : null}
          </>
        )
      }
    >
      {isNew ? (
        <Suspense fallback={null}>
          <CatalogSheet onClose={() => setNew(false)} />
        </Suspense>
      ) : null}
      <Loaded query={catalogs} what={words.title} lines={8}>
        {(all) =>
          catalog === undefined ? (
            <EmptyState title={words.noCatalog} hint={words.noCatalogHint}>
              {mayWrite ? (
                <Button look="main" onPress={() => setNew(true)}>
                  {words.newCatalog.open}
                </Button>
              ) : null}
            </EmptyState>
          ) : (
            <>
              {all.length > 1 ? (
                <div>
                  <FilterSelect
                    label={words.catalog}
                    value={catalog.id}
                    options={all.map(({ id, name }) => [id, name])}
                    onChange={(id) => change({ catalog: id, cursor: '', from: 1 })}
                  />
                </div>
              ) : null}
              <CatalogHead catalog={catalog} />
              <Products catalog={catalog} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Products({ catalog }: { catalog: Catalog }) {
  const words = useWords(productWords);
  const [filter, change] = useSearch(CODEC);
  const { view, availability, sync, search, cursor, from } = filter;
  const products = useProducts(catalog.id, { search, availability, sync, cursor, from });
  const restart = { cursor: '', from: 1 };
  const as = (name: typeof view): string =>
    `/products?${writeSearch(CODEC, location.search, { view: name })}`;
  const isFiltered = search !== '' || availability !== 'any' || sync !== 'any';
  return (
    <Block title={words.list} isTitleHidden isBare>
      <div className={styles.filters}>
        <SearchField
          label={words.search}
          value={search}
          onChange={(typed) => change({ search: typed, ...restart })}
        />
        <FilterSelect
          label={words.filters.availability}
          value={availability}
          options={AVAILABILITIES.map((one) => [
            one,
            one === 'any' ? words.any.availability : words.availability[one],
          ])}
          onChange={(chosen) => change({ availability: chosen, ...restart })}
        />
        <FilterSelect
          label={words.filters.sync}
          value={sync}
          options={SYNCS.map((one) => [one, one === 'any' ? words.any.sync : words.sync[one]])}
          onChange={(chosen) => change({ sync: chosen, ...restart })}
        />
        <Tabs
          label={words.views}
          tabs={[
            { to: as('grid'), label: words.grid, isCurrent: view === 'grid' },
            { to: as('rows'), label: words.rows, isCurrent: view === 'rows' },
          ]}
        />
      </div>
      <Loaded query={products} what={words.list} lines={8}>
        {({ data, total, nextCursor, from: first }) =>
          data.length === 0 ? (
            isFiltered ? (
              <EmptyState title={words.noMatch} />
            ) : (
              <EmptyState title={words.empty} hint={words.emptyHint} />
            )
          ) : (
            <>
              <ul className={view === 'grid' ? styles.grid : styles.list} aria-label={words.list}>
                {data.map((product) => (
                  <ProductTile key={product.id} {...{ product, catalog }} isRow={view === 'rows'} />
                ))}
              </ul>
              <Pager
                from={first}
                count={data.length}
                total={total}
                onFirst={cursor === '' ? undefined : () => change(restart)}
                onOlder={
                  typeof nextCursor === 'string'
                    ? () => change({ cursor: nextCursor, from: first + data.length })
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
