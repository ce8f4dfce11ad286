import { productWords } from '../../../messages/products.ts';
import { typedAmount } from '../../lib/money.ts';
import { Block } from '../../ui/block/block.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Picture } from './picture.tsx';
import { Price } from './price.tsx';
import type { ProductDraft } from './product-draft.ts';
import type { Catalog } from './products.query.ts';
import styles from './product.module.css';

/** The card of a message with this product, about as WhatsApp draws it. */
export function Preview({ draft, catalog }: { draft: ProductDraft; catalog: Catalog }) {
  const words = useWords(productWords).preview;
  const price = typedAmount(draft.price);
  const salePrice = draft.salePrice.trim() === '' ? null : (typedAmount(draft.salePrice) ?? null);
  return (
    <Block title={words.title}>
      <div className={styles.chat}>
        <div className={styles.bubble}>
          <Picture url={draft.images[0] ?? catalog.defaultImageUrl} />
          <p className={styles.strong} dir="auto">
            {draft.name.trim() === '' ? words.noName : draft.name}
          </p>
          {price === undefined ? (
            <p>{words.noPrice}</p>
          ) : (
            <Price of={{ price, salePrice }} currency={catalog.currency} />
          )}
          <p className={styles.about} dir="auto">
            {draft.description}
          </p>
        </div>
      </div>
    </Block>
  );
}
