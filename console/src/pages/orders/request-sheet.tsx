import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { useSayAmount } from '../../features/money/money.tsx';
import { typedAmount } from '../../lib/money.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { nameOf } from './order-name.ts';
import { change } from './orders.query.ts';
import { useSheet } from './use-sheet.ts';
import type { SheetOfOrder } from './order-part.ts';

/** Asks the customer to pay, over the shop's usual way of being paid. */
export function RequestSheet({ order, onClose }: SheetOfOrder) {
  const words = useWords(orderWords);
  const { pay } = words;
  const say = useSayAmount(order.currency);
  const name = nameOf(order, words);
  const [typed, setTyped] = useState(order.balance);
  const amount = typedAmount(typed);
  const replace = order.payments.some(({ state }) => state === 'requested' || state === 'created');
  const { send, isBusy, failure, errorOf } = useSheet(
    { done: () => pay.requested(name), failed: pay.requestFailed },
    onClose,
  );
  return (
    <Sheet
      title={pay.requestTitle(name)}
      lead={[pay.requestLead(name), ...(replace ? [pay.requestReplaces] : [])].join(' ')}
      act={amount === undefined ? pay.requestPlain : pay.requestAct(say(amount))}
      isDisabled={amount === undefined}
      onSubmit={() =>
        send({ amount: amount ?? '', replace }, (key, asked) => change.requestPayment(order.id, key, asked))
      }
      {...{ isBusy, failure, onClose }}
    >
      <TextField
        label={pay.amount(order.currency)}
        inputMode="decimal"
        autoComplete="off"
        value={typed}
        error={amount === undefined ? pay.amountWrong : errorOf('amount')}
        onChange={setTyped}
      />
    </Sheet>
  );
}
