import { productWords } from '../../../messages/products.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import { TextArea } from '../../ui/text-area/text-area.tsx';
import { Toggle } from '../../ui/toggle/toggle.tsx';
import type { ProductDraft, Wrong } from './product-draft.ts';
import styles from './product.module.css';

interface AboutFieldsProps {
  draft: ProductDraft;
  currency: string;
  isNew: boolean;
  isReadOnly: boolean;
  /** What is missing is said after the first try; what is wrong at once. */
  isTried: boolean;
  wrong: Partial<Record<keyof ProductDraft, Wrong>>;
  errorOf: (field: string) => string | undefined;
  onChange: (changes: Partial<ProductDraft>) => void;
}

type TextName = 'name' | 'sku' | 'price' | 'salePrice' | 'category' | 'brand' | 'url' | 'tags';

export function AboutFields(props: AboutFieldsProps) {
  const { draft, currency, isNew, isReadOnly, isTried, wrong, errorOf, onChange } = props;
  const words = useWords(productWords);
  const { form } = words;
  const says: Readonly<Record<Wrong, string>> = {
    missing: form.missing,
    amount: form.amountWrong,
    sale: form.saleTooHigh,
  };
  const field = (name: TextName) => {
    const fault = wrong[name];
    const isEmpty = draft[name].trim() === '';
    const own = fault === undefined || (isEmpty && !isTried) ? undefined : says[fault];
    return {
      ...{ value: draft[name], error: own ?? errorOf(name), readOnly: isReadOnly, autoComplete: 'off' },
      onChange: (value: string) => onChange({ [name]: value }),
    };
  };
  return (
    <>
      <TextField label={form.name} {...field('name')} />
      <div className={styles.pair}>
        <TextField label={form.price(currency)} inputMode="decimal" {...field('price')} />
        <TextField
          label={form.salePrice(currency)}
          hint={form.salePriceHint}
          inputMode="decimal"
          {...field('salePrice')}
        />
      </div>
      <TextArea
        label={form.description}
        rows={4}
        value={draft.description}
        isReadOnly={isReadOnly}
        onChange={(description) => onChange({ description })}
      />
      <div className={styles.pair}>
        <TextField
          label={form.sku}
          hint={form.skuHint}
          dir="ltr"
          {...field('sku')}
          readOnly={isReadOnly || !isNew}
        />
        <Select
          label={form.availability}
          value={draft.availability}
          options={(['in_stock', 'out_of_stock', 'preorder'] as const).map((one) => [
            one,
            words.availability[one],
          ])}
          onChange={(availability) => {
            if (!isReadOnly) onChange({ availability });
          }}
        />
        <TextField label={form.category} {...field('category')} />
        <TextField label={form.brand} {...field('brand')} />
        <TextField label={form.url} type="url" dir="ltr" {...field('url')} />
        <TextField label={form.tags} hint={form.tagsHint} {...field('tags')} />
      </div>
      {isReadOnly ? null : (
        <div>
          <Toggle label={form.active} isOn={draft.isActive} onChange={(isActive) => onChange({ isActive })} />
          <Toggle
            label={form.visible}
            isOn={draft.isVisible}
            onChange={(isVisible) => onChange({ isVisible })}
          />
        </div>
      )}
    </>
  );
}
