import { useState } from 'react';
import { productWords } from '../../../messages/products.ts';
import { centsOf, typedAmount } from '../../lib/money.ts';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Sheet } from '../../ui/sheet/sheet.tsx';
import { TextArea } from '../../ui/text-area/text-area.tsx';
import { readOptions, writeOptions } from './variant-options.ts';
import { work, type Catalog, type Product, type Variant } from './products.query.ts';
import { useForm } from './use-form.ts';
import styles from './product.module.css';

interface VariantSheetProps {
  catalog: Catalog;
  product: Product;
  /** Undefined: a new one. */
  variant: Variant | undefined;
  onClose: () => void;
}

export default function VariantSheet({ catalog, product, variant, onClose }: VariantSheetProps) {
  const words = useWords(productWords);
  const { form } = words;
  const [name, setName] = useState(variant?.name ?? '');
  const [sku, setSku] = useState(variant?.sku ?? `${product.sku}-`);
  const [price, setPrice] = useState(variant?.price ?? product.price);
  const [sale, setSale] = useState(variant?.salePrice ?? '');
  const [options, setOptions] = useState(writeOptions(variant?.options));
  const texts = { done: words.variant.done, failed: words.variant.failed };
  const { send, isBusy, failure, errorOf } = useForm(texts, onClose);
  const [amount, saleAmount] = [typedAmount(price), sale.trim() === '' ? null : typedAmount(sale)];
  const isSaleWrong = saleAmount === undefined;
  const isSaleHigh =
    typeof saleAmount === 'string' && amount !== undefined && centsOf(saleAmount) >= centsOf(amount);
  const pairs = readOptions(options);
  const isReady =
    name.trim() !== '' &&
    sku.trim() !== '' &&
    amount !== undefined &&
    !isSaleWrong &&
    !isSaleHigh &&
    pairs !== undefined;
  const body = {
    ...{ name: name.trim(), price: amount ?? '', salePrice: saleAmount ?? null, options: pairs ?? {} },
    ...(variant === undefined ? { sku: sku.trim() } : {}),
  };
  return (
    <Sheet
      title={variant === undefined ? words.variant.add : words.variant.edit(variant.name)}
      act={words.variant.act}
      isDisabled={!isReady}
      onSubmit={() =>
        send(body, (key) =>
          variant === undefined
            ? work.makeVariant(catalog.id, product.id, key, body)
            : work.saveVariant(catalog.id, product.id, variant.id, body),
        )
      }
      {...{ isBusy, failure, onClose }}
    >
      <TextField
        label={form.name}
        autoComplete="off"
        error={errorOf('name')}
        value={name}
        onChange={setName}
      />
      <TextField
        label={form.sku}
        hint={form.skuHint}
        dir="ltr"
        autoComplete="off"
        readOnly={variant !== undefined}
        error={errorOf('sku')}
        value={sku}
        onChange={setSku}
      />
      <TextArea
        label={words.variant.options}
        hint={pairs === undefined ? words.variant.optionsWrong : words.variant.optionsHint}
        rows={3}
        value={options}
        onChange={setOptions}
      />
      <div className={styles.pair}>
        <TextField
          label={form.price(catalog.currency)}
          inputMode="decimal"
          autoComplete="off"
          error={amount === undefined ? form.amountWrong : errorOf('price')}
          value={price}
          onChange={setPrice}
        />
        <TextField
          label={form.salePrice(catalog.currency)}
          inputMode="decimal"
          autoComplete="off"
          error={isSaleWrong ? form.amountWrong : isSaleHigh ? form.saleTooHigh : errorOf('salePrice')}
          value={sale}
          onChange={setSale}
        />
      </div>
      {variant === undefined ? null : (
        <div>
          <Button
            look="quiet"
            isDisabled={isBusy}
            onPress={() => send('remove', () => work.removeVariant(catalog.id, product.id, variant.id))}
          >
            {words.variant.remove}
          </Button>
        </div>
      )}
    </Sheet>
  );
}
