import { useState } from 'react';
import { productWords } from '../../../messages/products.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { work } from './products.query.ts';
import { useForm } from './use-form.ts';

export default function CatalogSheet({ onClose }: { onClose: () => void }) {
  const words = useWords(productWords).newCatalog;
  const [name, setName] = useState('');
  const [currency, setCurrency] = useState('INR');
  const { send, isBusy, failure, errorOf } = useForm({ done: words.done, failed: words.failed }, onClose);
  const isReady = name.trim() !== '' && /^[A-Za-z]{3}$/.test(currency.trim());
  const body = { name: name.trim(), currency: currency.trim().toUpperCase() };
  return (
    <Sheet
      title={words.title}
      act={words.act}
      isDisabled={!isReady}
      onSubmit={() => send(body, (key) => work.makeCatalog(key, body))}
      {...{ isBusy, failure, onClose }}
    >
      <TextField
        label={words.name}
        autoComplete="off"
        error={errorOf('name')}
        value={name}
        onChange={setName}
      />
      <TextField
        label={words.currency}
        hint={words.currencyHint}
        autoComplete="off"
        maxLength={3}
        error={errorOf('currency')}
        value={currency}
        onChange={setCurrency}
      />
    </Sheet>
  );
}
