import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { ADDRESS_FIELDS, type AddressField } from './address-lines.ts';
import { change } from './orders.query.ts';
import { useSheet } from './use-sheet.ts';
import type { SheetOfOrder } from './order-part.ts';
import styles from './counts.module.css';

/** The customer and the addresses of the order. Saving a field empty removes it. */
export function CustomerSheet({ order, onClose }: SheetOfOrder) {
  const words = useWords(orderWords).customer;
  const [name, setName] = useState(order.customerName);
  const [email, setEmail] = useState(order.customerEmail ?? '');
  const [address, setAddress] = useState<Record<AddressField, string>>(() => ({
    ...{ name: '', line1: '', line2: '', postalCode: '', city: '', state: '', country: '', phone: '' },
    ...order.shippingAddress,
  }));
  const { send, isBusy, failure, errorOf } = useSheet(
    { done: () => words.saved, failed: words.failed },
    onClose,
  );
  const given = Object.entries(address).filter(([, value]) => value.trim() !== '');
  const body = {
    // An empty name stays as it was.
    ...(name.trim() === '' ? {} : { customerName: name.trim() }),
    customerEmail: email.trim() === '' ? null : email.trim(),
    shippingAddress: given.length === 0 ? null : Object.fromEntries(given),
  };
  return (
    <Sheet
      title={words.editTitle}
      act={words.save}
      onSubmit={() => send(body, (_, asked) => change.edit(order.id, asked))}
      {...{ isBusy, failure, onClose }}
    >
      <div className={styles.pair}>
        <TextField
          label={words.name}
          autoComplete="off"
          error={errorOf('customerName')}
          value={name}
          onChange={setName}
        />
        <TextField
          label={words.email}
          type="email"
          autoComplete="off"
          error={errorOf('customerEmail')}
          value={email}
          onChange={setEmail}
        />
      </div>
      <fieldset className={styles.group}>
        <legend>{words.address}</legend>
        <div className={styles.pair}>
          {ADDRESS_FIELDS.map((field) => (
            <TextField
              key={field}
              label={words.fields[field]}
              hint={field === 'country' ? words.countryHint : undefined}
              autoComplete="off"
              error={errorOf(`shippingAddress.${field}`)}
              value={address[field]}
              onChange={(value) => setAddress((last) => ({ ...last, [field]: value }))}
            />
          ))}
        </div>
      </fieldset>
    </Sheet>
  );
}
