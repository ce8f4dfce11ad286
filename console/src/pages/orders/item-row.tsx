import type { ReactNode } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { Money, useSayAmount } from '../../features/money/money.tsx';
import { safeUrl } from '../../lib/safe-url.ts';
import { Chip } from '../../ui/chip/chip.tsx';
import { ParcelIcon, PictureIcon, WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { optionsOf } from './options.ts';
import { unitsLeft } from './units.ts';
import type { OrderItem } from './orders.query.ts';
import styles from './order.module.css';

export function ItemRow({ item, currency, act }: { item: OrderItem; currency: string; act: ReactNode }) {
  const words = useWords(orderWords);
  const say = useSayAmount(currency);
  const { productName, productSku, productImage, quantity, unitPrice, shownPrice, problems } = item;
  const options = optionsOf(item.variantOptions);
  const image = productImage === null ? undefined : safeUrl(productImage);
  const left = unitsLeft(item);
  const differs = problems.includes('price_differs') && shownPrice !== null;
  return (
    <li className={styles.item}>
      {image === undefined ? (
        <span className={styles.picture}>
          <PictureIcon aria-hidden size={20} />
        </span>
      ) : (
        <img className={styles.picture} src={image} alt="" loading="lazy" />
      )}
      <div className={styles.itemWhat}>
        <h3 dir="auto">{productName}</h3>
        <p className={styles.muted} dir="auto">
          {[...(options === '' ? [] : [options]), words.sku(productSku)].join(' · ')}
        </p>
        {item.notes === null ? null : (
          <p className={styles.muted} dir="auto">
            {item.notes}
          </p>
        )}
        <p className={styles.chips}>
          {item.fulfilledQuantity > 0 ? (
            <Chip tone={left === 0 ? 'ok' : 'warn'} icon={<ParcelIcon aria-hidden size={14} />}>
              {words.sentOf(item.fulfilledQuantity, quantity)}
            </Chip>
          ) : null}
          {item.cancelledQuantity > 0 ? <span>{words.cancelledUnits(item.cancelledQuantity)}</span> : null}
          {item.returnedQuantity > 0 ? <span>{words.returnedUnits(item.returnedQuantity)}</span> : null}
        </p>
        {problems.map((problem) => (
          <p key={problem} className={styles.problem}>
            <WarnIcon aria-hidden size={16} />
            <span>{words.flags.words[problem]}</span>
          </p>
        ))}
        {differs ? <p className={styles.muted}>{words.shown(say(shownPrice))}</p> : null}
        {act}
      </div>
      <div className={styles.itemPrice}>
        <span className={styles.amount}>
          <Money amount={item.totalPrice} currency={currency} />
        </span>
        <span className={styles.muted}>{words.each(quantity, say(unitPrice))}</span>
      </div>
    </li>
  );
}
