import { useState } from 'react';
import { productWords } from '../../../messages/products.ts';
import { Choice } from '../../ui/choice/choice.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { work } from './products.query.ts';
import { useForm } from './use-form.ts';

interface StockSheetProps {
  of: { id: string; productId: string; variantId: string | undefined };
  name: string;
  /** What was seen: if it has changed since, nothing happens. */
  quantity: number | null;
  onClose: () => void;
}

export default function StockSheet({ of, name, quantity, onClose }: StockSheetProps) {
  const words = useWords(productWords).count;
  const [how, setHow] = useState<'set' | 'adjust'>('set');
  const [typed, setTyped] = useState(quantity === null ? '' : String(quantity));
  const [by, setBy] = useState('');
  const [reason, setReason] = useState('');
  const { send, isBusy, failure, errorOf } = useForm({ done: words.done, failed: words.failed }, onClose);
  const text = how === 'set' ? typed : by;
  const number = (how === 'set' ? /^\s*\d{1,9}\s*$/ : /^\s*[+-]?\d{1,9}\s*$/).test(text)
    ? Number(text)
    : undefined;
  const isReady = number !== undefined && (how === 'set' || number !== 0) && reason.trim() !== '';
  const body = {
    reason: reason.trim(),
    ...(how === 'set' ? { set: number ?? 0, expected: quantity } : { adjust: number ?? 0 }),
  };
  const wrong = text.trim() !== '' && number === undefined ? words.wrong : undefined;
  return (
    <Sheet
      title={words.of(name)}
      act={words.act}
      isDisabled={!isReady}
      onSubmit={() => send(body, (key) => work.count(of, key, body))}
      {...{ isBusy, failure, onClose }}
    >
      <Choice
        legend={words.how}
        value={how}
        onChange={setHow}
        options={[
          {
            ...{ value: 'set', label: words.set },
            children: (
              <TextField
                label={words.quantity}
                inputMode="numeric"
                autoComplete="off"
                error={wrong ?? errorOf('set')}
                value={typed}
                onChange={setTyped}
              />
            ),
          },
          ...(quantity === null
            ? []
            : [
                {
                  ...{ value: 'adjust' as const, label: words.adjust },
                  children: (
                    <TextField
                      label={words.by}
                      autoComplete="off"
                      error={wrong ?? errorOf('adjust')}
                      value={by}
                      onChange={setBy}
                    />
                  ),
                },
              ]),
        ]}
      />
      <TextField
        label={words.reason}
        autoComplete="off"
        error={errorOf('reason')}
        value={reason}
        onChange={setReason}
      />
    </Sheet>
  );
}
