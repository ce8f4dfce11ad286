import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { useSayAmount } from '../../features/money/money.tsx';
import { centsOf, typedAmount } from '../../lib/money.ts';
import { Choice } from '../../ui/choice/choice.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { Toggle } from '../../ui/toggle/toggle.tsx';
import { chosenCounts, unitsOf } from './chosen-counts.ts';
import { Counts } from './counts.tsx';
import { nameOf } from './order-name.ts';
import { change } from './orders.query.ts';
import { refundable } from './refundable.ts';
import { unitsHeld } from './units.ts';
import { useSheet } from './use-sheet.ts';
import type { SheetOfOrder } from './order-part.ts';

/** Money back, for items or an amount, and never more than was paid. It names the person and the sum. */
export function RefundSheet({ order, onClose }: SheetOfOrder) {
  const words = useWords(orderWords);
  const { refund } = words;
  const say = useSayAmount(order.currency);
  const most = refundable(order);
  const items = order.items.filter((item) => unitsHeld(item) > 0);
  const [how, setHow] = useState<'items' | 'amount'>('amount');
  const [typed, setTyped] = useState(most);
  const [counts, setCounts] = useState<Record<string, string>>(() =>
    Object.fromEntries(items.map(({ id }) => [id, '0'])),
  );
  const [shipping, setShipping] = useState(false);
  const [restock, setRestock] = useState(false);
  const [reason, setReason] = useState('');
  const amount = typedAmount(typed);
  const isTooMuch = amount !== undefined && centsOf(amount) > centsOf(most);
  const chosen = chosenCounts(items, counts, unitsHeld);
  const { send, isBusy, failure, errorOf } = useSheet(
    { done: () => refund.done, failed: refund.failed },
    onClose,
  );
  const body = {
    ...(how === 'amount'
      ? { amount: amount ?? '' }
      : { items: (chosen ?? []).map((one) => ({ ...one, restock })) }),
    shipping: how === 'items' && shipping,
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
  const isReady =
    how === 'amount' ? amount !== undefined && !isTooMuch && centsOf(amount) > 0n : chosen !== undefined;
  const act = how === 'amount' ? refund.act(say(amount ?? '0')) : refund.actItems(unitsOf(chosen ?? []));
  const isByHand = order.payments.every(
    ({ state, provider }) => state !== 'captured' || provider === 'manual',
  );
  return (
    <Sheet
      title={refund.ask(nameOf(order, words))}
      lead={[refund.lead(say(most)), ...(isByHand ? [refund.byHand] : [])].join(' ')}
      act={isReady ? act : refund.actPlain}
      isDangerous
      isDisabled={!isReady}
      onSubmit={() => send(body, (key, asked) => change.refund(order.id, key, asked))}
      {...{ isBusy, failure, onClose }}
    >
      <Choice
        legend={refund.how}
        value={how}
        onChange={setHow}
        options={[
          {
            ...{ value: 'amount', label: refund.amount },
            children: (
              <TextField
                label={words.pay.amount(order.currency)}
                inputMode="decimal"
                autoComplete="off"
                value={typed}
                error={
                  amount === undefined
                    ? words.pay.amountWrong
                    : isTooMuch
                      ? refund.tooMuch(say(most))
                      : errorOf('amount')
                }
                onChange={setTyped}
              />
            ),
          },
          {
            ...{ value: 'items', label: refund.items },
            children: (
              <>
                <Counts items={items} mostOf={unitsHeld} typed={counts} onType={setCounts} />
                <Toggle label={refund.restock} isOn={restock} onChange={setRestock} />
                {centsOf(order.shippingFee) > 0n ? (
                  <Toggle label={refund.shipping} isOn={shipping} onChange={setShipping} />
                ) : null}
              </>
            ),
          },
        ]}
      />
      <TextField
        label={refund.reason}
        autoComplete="off"
        error={errorOf('reason')}
        value={reason}
        onChange={setReason}
      />
    </Sheet>
  );
}
