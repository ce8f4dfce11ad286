import { useLocation } from 'wouter';
import { productWords } from '../../../messages/products.ts';
import { may, useSession } from '../../api/session.ts';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { draftOf, NEW_PRODUCT } from './product-draft.ts';
import { ProductForm } from './product-form.tsx';
import { Stock } from './stock.tsx';
import { SyncChip } from './sync-chip.tsx';
import { Variants } from './variants.tsx';
import { useCatalogs, useProduct, type Catalog, type Product } from './products.query.ts';
import type { Tagged } from '../../api/client.ts';
import styles from './product.module.css';

export default function ProductPage({ catalogId, id }: { catalogId: string; id: string }) {
  const words = useWords(productWords);
  const catalogs = useCatalogs();
  const catalog = catalogs.data?.find((one) => one.id === catalogId);
  if (catalog !== undefined) {
    return id === 'new' ? <NewProduct catalog={catalog} /> : <OneProduct catalog={catalog} id={id} />;
  }
  return (
    <Page title={words.one}>
      <Loaded query={catalogs} what={words.one} lines={8}>
        {() => null}
      </Loaded>
    </Page>
  );
}

function NewProduct({ catalog }: { catalog: Catalog }) {
  const words = useWords(productWords);
  const [, navigate] = useLocation();
  if (!may(useSession(), 'catalog:write')) {
    return <Page title={words.newOne}>{words.forbidden}</Page>;
  }
  return (
    <Page title={words.newOne}>
      <ProductForm
        catalog={catalog}
        kept={NEW_PRODUCT}
        product={undefined}
        onMade={(made) => navigate(`/products/${catalog.id}/${made.id}`, { replace: true })}
      />
    </Page>
  );
}

function OneProduct({ catalog, id }: { catalog: Catalog; id: string }) {
  const words = useWords(productWords);
  const product = useProduct(catalog.id, id);
  if (product.data !== undefined) return <Editor catalog={catalog} tagged={product.data} />;
  return (
    <Page title={words.one}>
      {product.isError ? (
        <Loaded query={product} what={words.one}>
          {() => null}
        </Loaded>
      ) : (
        <Skeleton lines={8} />
      )}
    </Page>
  );
}

function Editor({ catalog, tagged }: { catalog: Catalog; tagged: Tagged<Product> }) {
  const words = useWords(productWords);
  const mayWrite = may(useSession(), 'catalog:write');
  const product = tagged.data;
  const { problems, status } = product.sync;
  return (
    <Page title={product.name} aside={<SyncChip status={status} />}>
      {mayWrite ? null : <p className={styles.muted}>{words.forbidden}</p>}
      {problems.length === 0 ? null : (
        <section aria-label={words.problems} className={styles.problems}>
          <ul>
            {problems.map(({ code, message }) => (
              <li key={code} dir="auto">
                {message}
              </li>
            ))}
          </ul>
        </section>
      )}
      <ProductForm
        key={product.id}
        catalog={catalog}
        kept={draftOf(product)}
        product={tagged}
        isReadOnly={!mayWrite}
      >
        <Stock product={product} mayWrite={mayWrite} />
        <Variants catalog={catalog} product={product} mayWrite={mayWrite} />
      </ProductForm>
    </Page>
  );
}
