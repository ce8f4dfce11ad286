import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { typedAmount } from '../../lib/money.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { Toggle } from '../../ui/toggle/toggle.tsx';
import { change, type OrderItem } from './orders.query.ts';
import { typedCount } from './units.ts';
import { useSheet } from './use-sheet.ts';
import type { SheetOfOrder } from './order-part.ts';
import styles from './counts.module.css';

/** One line of an order that cannot be right: which product, how many, at which price; or away with it. */
export function ResolveSheet({ order, item, onClose }: SheetOfOrder & { item: OrderItem }) {
  const words = useWords(orderWords);
  const { flags } = words;
  const [isRemoved, setRemoved] = useState(false);
  const [sku, setSku] = useState('');
  const [quantity, setQuantity] = useState(String(item.quantity));
  const [price, setPrice] = useState('');
  const count = typedCount(quantity);
  const amount = typedAmount(price);
  const { send, isBusy, failure } = useSheet({ done: () => flags.settled, failed: flags.failed }, onClose);
  const changes = {
    ...(sku.trim() === '' ? {} : { sku: sku.trim() }),
    ...(count === undefined || count === item.quantity ? {} : { quantity: count }),
    ...(amount === undefined ? {} : { unitPrice: amount }),
  };
  const body = { items: [{ itemId: item.id, ...(isRemoved ? { remove: true } : changes) }] };
  const isWrong = count === undefined || count === 0 || (price.trim() !== '' && amount === undefined);
  const isReady = isRemoved || (!isWrong && Object.keys(changes).length > 0);
  return (
    <Sheet
      title={flags.changeTitle}
      lead={flags.changeLead}
      act={isRemoved ? flags.remove : flags.act}
      isDisabled={!isReady}
      onSubmit={() => send(body, (key, asked) => change.resolve(order.id, key, asked))}
      {...{ isBusy, failure, onClose }}
    >
      <Toggle label={flags.remove} hint={item.productName} isOn={isRemoved} onChange={setRemoved} />
      {isRemoved ? null : (
        <>
          <TextField
            label={flags.productSku}
            hint={flags.skuHint}
            autoComplete="off"
            dir="ltr"
            value={sku}
            onChange={setSku}
          />
          <div className={styles.pair}>
            <TextField
              label={flags.quantity}
              inputMode="numeric"
              autoComplete="off"
              error={count === undefined || count === 0 ? words.fulfil.wrong : undefined}
              value={quantity}
              onChange={setQuantity}
            />
            <TextField
              label={flags.unitPrice(order.currency)}
              inputMode="decimal"
              autoComplete="off"
              error={price.trim() !== '' && amount === undefined ? words.pay.amountWrong : undefined}
              value={price}
              onChange={setPrice}
            />
          </div>
        </>
      )}
    </Sheet>
  );
}
