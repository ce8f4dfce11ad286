import { orderWords } from '../../../messages/orders.ts';
import { Money } from '../../features/money/money.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { centsOf } from '../../lib/money.ts';
import { safeUrl } from '../../lib/safe-url.ts';
import { Block } from '../../ui/block/block.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { ItemRow } from './item-row.tsx';
import type { Order } from './orders.query.ts';
import type { OrderPart } from './order-part.ts';
import styles from './order.module.css';

export function Items({ order, open }: OrderPart) {
  const words = useWords(orderWords);
  const mayResolve = open !== undefined && order.status === 'pending';
  return (
    <Block title={words.items}>
      <ul className={styles.items} aria-label={words.itemsList}>
        {order.items.map((item) => (
          <ItemRow
            key={item.id}
            item={item}
            currency={order.currency}
            act={
              mayResolve && item.problems.length > 0 ? (
                <p>
                  <Button
                    aria-label={words.flags.change(item.productName)}
                    onPress={() => open({ name: 'resolve', item })}
                  >
                    {words.flags.changeShort}
                  </Button>
                </p>
              ) : null
            }
          />
        ))}
      </ul>
      <Sums order={order} />
      <Parcels order={order} />
    </Block>
  );
}

function Sums({ order }: { order: Order }) {
  const words = useWords(orderWords);
  const { subtotal, discount, shippingFee, tax, total, paidAmount, refundedAmount, balance } = order;
  const isSome = (amount: string): boolean => centsOf(amount) !== 0n;
  const row = (isThere: boolean, name: string, amount: string, isStrong = false) =>
    isThere ? [{ name, amount, isStrong }] : [];
  const { sums } = words;
  const rows = [
    ...row(true, sums.subtotal, subtotal),
    ...row(isSome(discount), sums.discount, `-${discount}`),
    ...row(isSome(shippingFee), sums.shippingFee, shippingFee),
    ...row(isSome(tax), order.pricesIncludeTax ? sums.taxInside : sums.tax, tax),
    ...row(true, sums.total, total, true),
    ...row(isSome(paidAmount), sums.paidAmount, paidAmount),
    ...row(isSome(refundedAmount), sums.refundedAmount, refundedAmount),
    ...row(order.paymentStatus === 'partial', sums.balance, balance, true),
    ...row(centsOf(balance) < 0n, sums.overpaid, balance.replace('-', ''), true),
  ];
  return (
    <dl className={styles.sums} aria-label={words.sums_}>
      {rows.map(({ name, amount, isStrong }) => (
        <div key={name} data-strong={isStrong}>
          <dt>{name}</dt>
          <dd>
            <Money amount={amount} currency={order.currency} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What has left the house, parcel by parcel. */
function Parcels({ order }: { order: Order }) {
  const words = useWords(orderWords);
  const { at } = useTimes();
  if (order.fulfillments.length === 0) return null;
  return (
    <div className={styles.part}>
      <h3>{words.fulfil.parcels}</h3>
      <ul className={styles.lines}>
        {order.fulfillments.map(({ id, items, carrier, trackingNumber, trackingUrl, at: then }) => {
          const link = trackingUrl === null ? undefined : safeUrl(trackingUrl);
          return (
            <li key={id} className={styles.line}>
              <span>{words.fulfil.parcel(items.reduce((sum, { quantity }) => sum + quantity, 0))}</span>
              <span className={styles.muted} dir="auto">
                {[carrier, trackingNumber].filter((one) => one !== null).join(' · ')}
              </span>
              {link === undefined ? null : (
                <a href={link} target="_blank" rel="noopener noreferrer">
                  {words.fulfil.follow}
                </a>
              )}
              <span className={styles.muted}>{at(then, 'dayTime')}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
