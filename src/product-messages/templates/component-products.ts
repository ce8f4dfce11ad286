/** What is needed to write products as Meta knows them. */
export interface ProductNames {
  /** The SKU behind each of our ids; everything else is an SKU already. */
  skus: ReadonlyMap<string, string>;
  /** The connected catalog, as far as we know. */
  metaCatalogId: string | null;
}

const PRODUCT_KEYS = new Set(['product_retailer_id', 'thumbnail_product_retailer_id']);

/** Every product that the components of a template message name, each once. */
export function productsIn(components: unknown): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
      if (PRODUCT_KEYS.has(key) && typeof inner === 'string') found.add(inner);
      else walk(inner);
    }
  };
  walk(components);
  return [...found];
}

/** The same components with SKUs in place of our ids, and with the catalog where a product lacks one. */
export function withSkus<T>(components: readonly T[], names: ProductNames): T[] {
  return components.map((component) => named(component, names) as T);
}

function named(value: unknown, names: ProductNames): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => named(one, names));
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]): [string, unknown] => {
    if (PRODUCT_KEYS.has(key) && typeof inner === 'string') return [key, names.skus.get(inner) ?? inner];
    const written = named(inner, names);
    return [key, key === 'product' ? withCatalog(written, names) : written];
  });
  return Object.fromEntries(entries);
}

function withCatalog(product: unknown, { metaCatalogId }: ProductNames): unknown {
  const lacksIt =
    typeof product === 'object' &&
    product !== null &&
    'product_retailer_id' in product &&
    !('catalog_id' in product);
  return lacksIt && metaCatalogId !== null ? { ...product, catalog_id: metaCatalogId } : product;
}
