import { lazy, Suspense, useState } from 'react';
import { productWords } from '../../../messages/products.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Price } from './price.tsx';
import { SyncChip } from './sync-chip.tsx';
import { writeOptions } from './variant-options.ts';
import { useVariants, type Catalog, type Product, type Variant } from './products.query.ts';
import styles from './product.module.css';

const VariantSheet = lazy(() => import('./variant-sheet.tsx'));
const StockSheet = lazy(() => import('./stock-sheet.tsx'));

interface VariantsProps {
  catalog: Catalog;
  product: Product;
  mayWrite: boolean;
}

type Open = { what: 'new' } | { what: 'edit' | 'stock'; variant: Variant };

/** Each can be bought for itself, with a price and a stock of its own. */
export function Variants({ catalog, product, mayWrite }: VariantsProps) {
  const words = useWords(productWords);
  const variants = useVariants(catalog.id, product.id);
  const [open, setOpen] = useState<Open>();
  const onClose = (): void => setOpen(undefined);
  const of = { id: catalog.id, productId: product.id };
  return (
    <Block title={words.variant.title}>
      {open === undefined ? null : (
        <Suspense fallback={null}>
          {open.what === 'stock' ? (
            <StockSheet
              of={{ ...of, variantId: open.variant.id }}
              name={open.variant.name}
              quantity={open.variant.quantity ?? null}
              onClose={onClose}
            />
          ) : (
            <VariantSheet
              {...{ catalog, product, onClose }}
              variant={open.what === 'edit' ? open.variant : undefined}
            />
          )}
        </Suspense>
      )}
      <Loaded query={variants} what={words.variant.title}>
        {({ data, total = data.length }) =>
          data.length === 0 ? (
            <p className={styles.muted}>{words.variant.none}</p>
          ) : (
            <>
              <ul className={styles.variants} aria-label={words.variant.title}>
                {data.map((variant) => (
                  <VariantRow
                    key={variant.id}
                    {...{ variant, mayWrite }}
                    currency={catalog.currency}
                    onOpen={(what) => setOpen({ what, variant })}
                  />
                ))}
              </ul>
              {total > data.length ? <p>{words.variant.more(total - data.length)}</p> : null}
            </>
          )
        }
      </Loaded>
      {mayWrite ? (
        <div>
          <Button onPress={() => setOpen({ what: 'new' })}>{words.variant.add}</Button>
        </div>
      ) : null}
    </Block>
  );
}

interface VariantRowProps {
  variant: Variant;
  currency: string;
  mayWrite: boolean;
  onOpen: (what: 'edit' | 'stock') => void;
}

function VariantRow({ variant, currency, mayWrite, onOpen }: VariantRowProps) {
  const words = useWords(productWords);
  const { name, options, quantity } = variant;
  return (
    <li className={styles.variant}>
      <div>
        <h3 dir="auto">{name}</h3>
        <p className={styles.muted} dir="auto">
          {writeOptions(options).replaceAll('\n', ' · ')}
        </p>
      </div>
      <Price of={variant} currency={currency} />
      <span className={styles.muted}>
        {quantity === null || quantity === undefined ? words.stockNone : words.stock(quantity)}
      </span>
      <SyncChip status={variant.sync.status} />
      {mayWrite ? (
        <div className={styles.acts}>
          <Button look="quiet" aria-label={words.variant.edit(name)} onPress={() => onOpen('edit')}>
            {words.variant.editShort}
          </Button>
          <Button look="quiet" aria-label={words.count.openOf(name)} onPress={() => onOpen('stock')}>
            {words.count.title}
          </Button>
        </div>
      ) : null}
    </li>
  );
}
