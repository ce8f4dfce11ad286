import { Money } from '../../features/money/money.tsx';
import type { Product, Variant } from './products.query.ts';
import styles from './products.module.css';

/** While there is a sale the price before it is struck through. */
export function Price({
  of,
  currency,
}: {
  of: Pick<Product | Variant, 'price' | 'salePrice'>;
  currency: string;
}) {
  return (
    <span className={styles.price}>
      {of.salePrice === null ? null : <Money amount={of.salePrice} currency={currency} />}
      {of.salePrice === null ? (
        <Money amount={of.price} currency={currency} />
      ) : (
        <s>
          <Money amount={of.price} currency={currency} />
        </s>
      )}
    </span>
  );
}
