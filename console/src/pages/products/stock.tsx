import { lazy, Suspense, useState } from 'react';
import { productWords } from '../../../messages/products.ts';
import { Block } from '../../ui/block/block.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import type { Product } from './products.query.ts';
import styles from './product.module.css';

const StockSheet = lazy(() => import('./stock-sheet.tsx'));

export function Stock({ product, mayWrite }: { product: Product; mayWrite: boolean }) {
  const t = useText();
  const words = useWords(productWords).count;
  const [isOpen, setOpen] = useState(false);
  const { quantity = null, reservedQuantity, hasVariants } = product;
  const figures = [
    [words.free, quantity],
    [words.reserved, reservedQuantity],
    [words.onHand, quantity === null ? null : quantity + reservedQuantity],
  ] as const;
  return (
    <Block title={words.title}>
      {isOpen ? (
        <Suspense fallback={null}>
          <StockSheet
            of={{ id: product.catalogId, productId: product.id, variantId: undefined }}
            {...{ name: product.name, quantity }}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
      {hasVariants ? (
        <p className={styles.muted}>{words.ofVariants}</p>
      ) : quantity === null ? (
        <p className={styles.muted}>{words.not}</p>
      ) : (
        <dl className={styles.figures}>
          {figures.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{t.count(value ?? 0)}</dd>
            </div>
          ))}
        </dl>
      )}
      {mayWrite && !hasVariants ? (
        <div>
          <Button onPress={() => setOpen(true)}>{words.open}</Button>
        </div>
      ) : null}
    </Block>
  );
}
