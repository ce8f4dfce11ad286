import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { useSayAmount } from '../../features/money/money.tsx';
import { typedAmount } from '../../lib/money.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { change, type PaymentMethod } from './orders.query.ts';
import { useSheet } from './use-sheet.ts';
import type { SheetOfOrder } from './order-part.ts';

const METHODS: readonly PaymentMethod[] = [
  'cash',
  'cash_on_delivery',
  'bank_transfer',
  'card',
  'upi',
  'razorpay',
  'payu',
  'whatsapp_pay',
  'other',
];

/** Money that came by hand. */
export function PaySheet({ order, onClose }: SheetOfOrder) {
  const words = useWords(orderWords).pay;
  const say = useSayAmount(order.currency);
  const [typed, setTyped] = useState(order.balance);
  const [method, setMethod] = useState<PaymentMethod>('cash');
  const [reference, setReference] = useState('');
  const [note, setNote] = useState('');
  const amount = typedAmount(typed);
  const { send, isBusy, failure, errorOf } = useSheet(
    { done: () => words.done(say(amount ?? '0')), failed: words.failed },
    onClose,
  );
  const body = {
    ...{ amount: amount ?? '', method },
    ...(reference.trim() === '' ? {} : { reference: reference.trim() }),
    ...(note.trim() === '' ? {} : { note: note.trim() }),
  };
  return (
    <Sheet
      title={words.recordTitle}
      act={amount === undefined ? words.actPlain : words.act(say(amount))}
      isDisabled={amount === undefined}
      onSubmit={() => send(body, (key, asked) => change.pay(order.id, key, asked))}
      {...{ isBusy, failure, onClose }}
    >
      <TextField
        label={words.amount(order.currency)}
        inputMode="decimal"
        autoComplete="off"
        value={typed}
        error={amount === undefined ? words.amountWrong : errorOf('amount')}
        onChange={setTyped}
      />
      <Select
        label={words.method}
        value={method}
        options={METHODS.map((one) => [one, words.methods[one]])}
        onChange={setMethod}
      />
      <TextField
        label={words.reference}
        hint={words.referenceHint}
        autoComplete="off"
        error={errorOf('reference')}
        value={reference}
        onChange={setReference}
      />
      <TextField
        label={words.note}
        autoComplete="off"
        error={errorOf('note')}
        value={note}
        onChange={setNote}
      />
    </Sheet>
  );
}
