import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { useLocation } from 'wouter';
import { productWords } from '../../../messages/products.ts';
import type { Tagged } from '../../api/client.ts';
import { Problem } from '../../lib/problem.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { AboutFields } from './about-fields.tsx';
import { Images } from './images.tsx';
import { Preview } from './preview.tsx';
import { bodyOf, changesOf, draftOf, wrongIn, type ProductDraft } from './product-draft.ts';
import { work, type Catalog, type Product } from './products.query.ts';
import { useForm } from './use-form.ts';
import styles from './product.module.css';

interface ProductFormProps {
  catalog: Catalog;
  /** What is kept at the server. */
  kept: ProductDraft;
  product: Tagged<Product> | undefined;
  isReadOnly?: boolean;
  onMade?: (product: Product) => void;
  children?: ReactNode;
}

export function ProductForm({
  catalog,
  kept,
  product,
  isReadOnly = false,
  onMade,
  children,
}: ProductFormProps) {
  const words = useWords(productWords).form;
  const [, navigate] = useLocation();
  // Undefined: nothing was typed, so what comes from elsewhere is shown.
  const [edit, setEdit] = useState<{ base: ProductDraft; draft: ProductDraft }>();
  const { base, draft } = edit ?? { base: kept, draft: kept };
  const setDraft = (next: (last: ProductDraft) => ProductDraft): void =>
    setEdit((last) => ({ base: last?.base ?? kept, draft: next(last?.draft ?? kept) }));
  const [isTried, setTried] = useState(false);
  const { ask, question } = useQuestion();
  const isNew = product === undefined;
  const saving = useForm<Product>(
    { done: isNew ? words.made : words.saved, failed: words.failed },
    (saved) => {
      setEdit({ base: draftOf(saved), draft: draftOf(saved) });
      onMade?.(saved);
    },
  );
  const deleting = useForm({ done: words.deleted, failed: words.failed }, () =>
    navigate(`/products?catalog=${catalog.id}`),
  );
  const wrong = wrongIn(draft);
  const changes = isNew ? bodyOf(draft) : changesOf(draft, base);
  const hasChanges = Object.keys(changes).length > 0;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wrong).length > 0 || saving.isBusy || !hasChanges) return;
    saving.send(changes, (key) =>
      isNew
        ? work.make(catalog.id, key, changes)
        : work.save(catalog.id, product.data.id, product.etag, changes),
    );
  };
  const isOvertaken = saving.error instanceof Problem && saving.error.status === 412;
  return (
    <form noValidate onSubmit={submit} className={styles.columns}>
      {question}
      <div className={styles.main}>
        <Block title={words.about}>
          <AboutFields
            {...{ draft, isNew, isReadOnly, isTried, wrong }}
            currency={catalog.currency}
            errorOf={saving.errorOf}
            onChange={(more) => setDraft((last) => ({ ...last, ...more }))}
          />
        </Block>
        <Images
          catalogId={catalog.id}
          images={draft.images}
          isReadOnly={isReadOnly}
          isUnsaved={draft.images.join(' ') !== base.images.join(' ')}
          onChange={(change) => setDraft((last) => ({ ...last, images: change(last.images) }))}
        />
        {children}
      </div>
      <div className={styles.side}>
        <Preview draft={draft} catalog={catalog} />
        {saving.failure === undefined ? null : (
          <Failure {...saving.failure} title={isOvertaken ? words.changed : saving.failure.title} />
        )}
        {deleting.failure === undefined ? null : <Failure {...deleting.failure} />}
        {isReadOnly ? null : (
          <div className={styles.bar}>
            <Button type="submit" look="main" isDisabled={saving.isBusy || !hasChanges}>
              {isNew ? words.make : words.save}
            </Button>
            {isNew ? null : (
              <Button
                look="quiet"
                isDisabled={deleting.isBusy}
                onPress={() =>
                  ask({
                    ...{ title: words.askDelete(kept.name), text: words.askDeleteText, act: words.delete },
                    ...{ keep: words.keep, isDangerous: true },
                    onYes: () => deleting.send('delete', () => work.remove(catalog.id, product.data.id)),
                  })
                }
              >
                {words.delete}
              </Button>
            )}
          </div>
        )}
      </div>
    </form>
  );
}
