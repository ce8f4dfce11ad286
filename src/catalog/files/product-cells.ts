import type { ProductValues, VariantValues } from '../products/product-input.js';
import { CSV_HEADER } from './csv-columns.js';
import { writeList } from './csv-values.js';

type Cells = Partial<Record<(typeof CSV_HEADER)[number], string | null>>;

export interface ExportedProduct extends ProductValues {
  id: string;
  sku: string;
  currency: string;
}

export interface ExportedVariant extends VariantValues {
  productId: string;
  sku: string;
}

/** One product, in the order of the header. Ids and figures are omitted: the file can be imported elsewhere. */
export function productCells(product: ExportedProduct): string[] {
  const { compliance } = product;
  return ordered({
    ...shared(product),
    description: product.description,
    saleStartsAt: product.saleStartsAt?.toISOString() ?? null,
    saleEndsAt: product.saleEndsAt?.toISOString() ?? null,
    currency: product.currency,
    imageUrls: writeList(product.imageUrls),
    videoUrl: product.videoUrl,
    category: product.category,
    brand: product.brand,
    condition: product.condition,
    variantOptions: json(product.variantOptions),
    tags: writeList(product.tags),
    url: product.url,
    isVisible: String(product.isVisible),
    originCountry: compliance?.originCountry ?? null,
    importerName: compliance?.importerName ?? null,
    importerAddress: json(compliance?.importerAddress ?? null),
  });
}

export function variantCells(variant: ExportedVariant, product: { sku: string; currency: string }): string[] {
  return ordered({
    ...shared(variant),
    parentSku: product.sku,
    currency: product.currency,
    options: json(variant.options),
  });
}

function shared(sellable: ExportedProduct | ExportedVariant): Cells {
  return {
    sku: sellable.sku,
    name: sellable.name,
    price: sellable.price,
    salePrice: sellable.salePrice,
    availability: sellable.availability,
    quantity: sellable.quantity === null ? null : String(sellable.quantity),
    imageUrl: sellable.imageUrl,
    isActive: String(sellable.isActive),
  };
}

function ordered(cells: Cells): string[] {
  return CSV_HEADER.map((column) => cells[column] ?? '');
}

function json(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
