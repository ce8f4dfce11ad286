import { Link } from 'wouter';
import { productWords } from '../../../messages/products.ts';
import { cx } from '../../lib/cx.ts';
import { useWords } from '../../ui/language/language.tsx';
import { Picture } from './picture.tsx';
import { Price } from './price.tsx';
import { SyncChip } from './sync-chip.tsx';
import type { Catalog, Product } from './products.query.ts';
import styles from './products.module.css';

export function ProductTile({
  product,
  catalog,
  isRow,
}: {
  product: Product;
  catalog: Catalog;
  isRow: boolean;
}) {
  const words = useWords(productWords);
  const { id, name, sku, imageUrl, hasVariants, quantity, isActive, isVisible, sync } = product;
  const stock = hasVariants
    ? words.variants
    : quantity === null || quantity === undefined
      ? words.availability[product.availability ?? 'in_stock']
      : quantity > 0
        ? words.stock(quantity)
        : words.availability.out_of_stock;
  return (
    <li className={cx(isRow ? styles.row : styles.tile)}>
      <Picture url={imageUrl ?? catalog.defaultImageUrl} />
      <div className={styles.what}>
        <Link href={`/products/${catalog.id}/${id}`} className={styles.name} dir="auto">
          {name}
        </Link>
        <span className={styles.muted}>
          <bdi dir="ltr">{sku}</bdi>
        </span>
      </div>
      <Price of={product} currency={catalog.currency} />
      <span className={styles.muted}>
        {[stock, ...(isActive === false || isVisible === false ? [words.hidden] : [])].join(' · ')}
      </span>
      <SyncChip status={sync.status} />
    </li>
  );
}
