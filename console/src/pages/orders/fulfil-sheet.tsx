import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { Toggle } from '../../ui/toggle/toggle.tsx';
import { chosenCounts, unitsOf } from './chosen-counts.ts';
import { Counts } from './counts.tsx';
import { nameOf } from './order-name.ts';
import { change } from './orders.query.ts';
import { unitsLeft } from './units.ts';
import { useSheet } from './use-sheet.ts';
import type { SheetOfOrder } from './order-part.ts';
import styles from './counts.module.css';

/** What goes out now: everything that is left, unless a number is lowered. */
export function FulfilSheet({ order, onClose }: SheetOfOrder) {
  const words = useWords(orderWords);
  const { fulfil } = words;
  const items = order.items.filter((item) => unitsLeft(item) > 0);
  const [typed, setTyped] = useState<Record<string, string>>(() =>
    Object.fromEntries(items.map((item) => [item.id, String(unitsLeft(item))])),
  );
  const [parcel, setParcel] = useState({ carrier: '', trackingNumber: '', trackingUrl: '' });
  const [notify, setNotify] = useState(true);
  const chosen = chosenCounts(items, typed, unitsLeft);
  const count = unitsOf(chosen ?? []);
  const { send, isBusy, failure, errorOf } = useSheet(
    { done: () => fulfil.done(count), failed: fulfil.failed },
    onClose,
  );
  const given = Object.entries(parcel).filter(([, value]) => value.trim() !== '');
  const body = { items: chosen ?? [], notify, ...Object.fromEntries(given) };
  const field = (name: keyof typeof parcel) => ({
    ...{ value: parcel[name], autoComplete: 'off', error: errorOf(name) },
    onChange: (value: string) => setParcel((last) => ({ ...last, [name]: value })),
  });
  return (
    <Sheet
      title={fulfil.title}
      lead={fulfil.lead}
      act={count > 0 ? fulfil.act(count) : fulfil.open}
      isDisabled={chosen === undefined}
      onSubmit={() => send(body, (key, asked) => change.fulfil(order.id, key, asked))}
      {...{ isBusy, failure, onClose }}
    >
      <Counts items={items} mostOf={unitsLeft} typed={typed} onType={setTyped} />
      <div className={styles.pair}>
        <TextField label={fulfil.carrier} {...field('carrier')} />
        <TextField label={fulfil.tracking} {...field('trackingNumber')} />
      </div>
      <TextField label={fulfil.trackingUrl} type="url" dir="ltr" {...field('trackingUrl')} />
      <Toggle label={words.tell(nameOf(order, words))} isOn={notify} onChange={setNotify} />
    </Sheet>
  );
}
