import type { FieldError } from '../../rules/errors/domain-error.js';
import { NEW_PRODUCT, NEW_VARIANT, type ProductValues, type VariantValues } from './product-input.js';
import { optionsKey } from './options-key.js';
import { MAX_QUANTITY, problemsOfWhole } from './product-rules.js';
import {
  refused,
  type ProductRow,
  type VariantRow,
  type WritePolicy,
  type WriteResult,
} from './product-write.js';

export interface KnownProduct extends ProductValues {
  id: string;
  sku: string;
  reservedQuantity: number;
}

export interface KnownVariant extends VariantValues {
  id: string;
  sku: string;
  productId: string;
  reservedQuantity: number;
}

/** What the catalog has of the rows' SKUs. */
export interface Known {
  products: readonly KnownProduct[];
  variants: readonly KnownVariant[];
  /** Options that a variant already has, of those that the rows want. */
  options: readonly { productId: string; optionsKey: string; sku: string }[];
}

interface Readable {
  /** Its place in the batch. */
  place: number;
}
export interface ReadProduct extends Readable {
  row: ProductRow;
  values: Partial<ProductValues>;
}
export interface ReadVariant extends Readable {
  row: VariantRow;
  values: Partial<VariantValues>;
}
export type ReadRow = ReadProduct | ReadVariant;

export interface NewProduct {
  place: number;
  sku: string;
  values: ProductValues;
}
export interface ChangedProduct {
  place: number;
  known: KnownProduct;
  values: ProductValues;
}
export interface NewVariant {
  place: number;
  sku: string;
  /** The id of a product that exists, or the place of one that the batch creates. */
  parent: { id: string } | { place: number };
  values: VariantValues;
}
export interface ChangedVariant {
  place: number;
  known: KnownVariant;
  values: VariantValues;
}

export interface Decisions {
  settled: Map<number, WriteResult>;
  newProducts: NewProduct[];
  changedProducts: ChangedProduct[];
  newVariants: NewVariant[];
  changedVariants: ChangedVariant[];
}

export const isProduct = (read: ReadRow): read is ReadProduct => read.row.kind === 'product';
const isVariant = (read: ReadRow): read is ReadVariant => read.row.kind === 'variant';

/** Compares each row with what is known under its SKU and decides what becomes of it. Products come before variants. */
export function decideWrites(rows: readonly ReadRow[], known: Known, policy: WritePolicy): Decisions {
  const decisions = new Decider(known, policy);
  for (const row of rows) if (isProduct(row)) decisions.product(row);
  for (const row of rows) if (isVariant(row)) decisions.variant(row);
  return decisions;
}

class Decider implements Decisions {
  readonly settled = new Map<number, WriteResult>();
  readonly newProducts: NewProduct[] = [];
  readonly changedProducts: ChangedProduct[] = [];
  readonly newVariants: NewVariant[] = [];
  readonly changedVariants: ChangedVariant[] = [];
  private readonly products: Map<string, KnownProduct>;
  private readonly productsById: Map<string, KnownProduct>;
  private readonly variants: Map<string, KnownVariant>;
  private readonly optionHolders: Map<string, string>;
  private readonly createdProducts = new Map<string, NewProduct>();

  constructor(
    known: Known,
    private readonly policy: WritePolicy,
  ) {
    this.products = new Map(known.products.map((product) => [product.sku, product]));
    this.productsById = new Map(known.products.map((product) => [product.id, product]));
    this.variants = new Map(known.variants.map((variant) => [variant.sku, variant]));
    this.optionHolders = new Map(
      known.options.map((held) => [`${held.productId} ${held.optionsKey}`, held.sku]),
    );
  }

  product({ place, row, values: given }: ReadProduct): void {
    const known = this.products.get(row.sku);
    if (known === undefined && this.variants.has(row.sku)) {
      this.settle(place, refused('sku_taken', 'sku', `${row.sku} is the SKU of a variant`));
      return;
    }
    if (!this.mayWrite(place, row, known)) return;
    if (known === undefined) {
      const { name, price } = given;
      const errors = missing({ name, price });
      if (name === undefined || price === undefined || errors.length > 0) {
        this.invalid(place, errors);
        return;
      }
      const product = { place, sku: row.sku, values: { ...NEW_PRODUCT, ...given, name, price } };
      if (!this.isWhole(place, product.values)) return;
      this.newProducts.push(product);
      this.createdProducts.set(row.sku, product);
      return;
    }
    const values = this.merged(place, known, given);
    if (values === undefined) return;
    if (isSame(known, values)) this.settle(place, { outcome: 'unchanged', id: known.id });
    else if (this.isWhole(place, values)) this.changedProducts.push({ place, known, values });
  }

  variant({ place, row, values: given }: ReadVariant): void {
    const known = this.variants.get(row.sku);
    if (known === undefined && (this.products.has(row.sku) || this.createdProducts.has(row.sku))) {
      this.settle(place, refused('sku_taken', 'sku', `${row.sku} is the SKU of a product`));
      return;
    }
    if (!this.mayWrite(place, row, known)) return;
    const parent = this.parentOf(row);
    if (parent === undefined) {
      const message = 'names no product of this catalog';
      this.settle(place, refused('parent_unknown', 'parentSku', message));
      return;
    }
    if (known === undefined) {
      this.newVariant(place, row.sku, parent, given);
      return;
    }
    if (!('id' in parent) || parent.id !== known.productId) {
      const message = `${row.sku} is a variant of another product. Delete it there first`;
      this.settle(place, refused('sku_taken', 'sku', message));
      return;
    }
    const values = this.merged(place, known, given);
    if (values === undefined) return;
    if (isSame(known, values)) this.settle(place, { outcome: 'unchanged', id: known.id });
    else if (this.isWhole(place, values) && this.takesOptions(place, row.sku, known.productId, values)) {
      this.changedVariants.push({ place, known, values });
    }
  }

  private newVariant(
    place: number,
    sku: string,
    parent: NewVariant['parent'],
    given: Partial<VariantValues>,
  ): void {
    const { name, price, options = {} } = given;
    const errors = missing({ name, price });
    if (name === undefined || price === undefined || errors.length > 0) {
      this.invalid(place, errors);
      return;
    }
    const values = { ...NEW_VARIANT, ...given, name, price, options, optionsKey: optionsKey(options) };
    const holder = 'id' in parent ? parent.id : `new ${parent.place}`;
    if (this.isWhole(place, values) && this.takesOptions(place, sku, holder, values)) {
      this.newVariants.push({ place, sku, parent, values });
    }
  }

  private parentOf({ parent }: VariantRow): NewVariant['parent'] | undefined {
    if ('id' in parent) return this.productsById.has(parent.id) ? { id: parent.id } : undefined;
    const created = this.createdProducts.get(parent.sku);
    if (created !== undefined) return { place: created.place };
    const known = this.products.get(parent.sku);
    return known === undefined ? undefined : { id: known.id };
  }

  private mayWrite(
    place: number,
    row: { sku: string; id?: string },
    known: { id: string } | undefined,
  ): boolean {
    if (known === undefined ? row.id !== undefined : row.id !== undefined && row.id !== known.id) {
      this.settle(place, refused('sku_unknown', 'sku', `${row.sku} has been deleted`));
    } else if (known === undefined && this.policy.mode === 'update') {
      this.settle(place, refused('sku_unknown', 'sku', `${row.sku} is not in this catalog`));
    } else if (known !== undefined && this.policy.mode === 'create') {
      this.settle(place, refused('sku_taken', 'sku', `${row.sku} is in this catalog already`));
    } else {
      return true;
    }
    return false;
  }

  private takesOptions(
    place: number,
    sku: string,
    holder: string,
    { optionsKey: key }: VariantValues,
  ): boolean {
    const other = this.optionHolders.get(`${holder} ${key}`);
    if (other !== undefined && other !== sku) {
      this.settle(place, refused('options_taken', 'options', `are those of ${other}`));
      return false;
    }
    this.optionHolders.set(`${holder} ${key}`, sku);
    return true;
  }

  private merged<Values extends { quantity: number | null }>(
    place: number,
    known: Values,
    given: Partial<Values>,
  ): Values | undefined {
    const { quantity, ...rest } = given;
    const values = { ...known, ...rest };
    if (quantity === undefined || this.policy.stock === 'keep') return values;
    if (this.policy.stock === 'set') return { ...values, quantity };
    if (quantity === null) return values;
    const sum = (known.quantity ?? 0) + quantity;
    if (sum <= MAX_QUANTITY) return { ...values, quantity: sum };
    this.invalid(place, [{ field: 'quantity', message: `would bring the stock above ${MAX_QUANTITY}` }]);
    return undefined;
  }

  private isWhole(place: number, values: Parameters<typeof problemsOfWhole>[0]): boolean {
    const errors = problemsOfWhole(values);
    if (errors.length > 0) this.invalid(place, errors);
    return errors.length === 0;
  }

  private invalid(place: number, errors: readonly FieldError[]): void {
    const problems = errors.map((error) => ({ code: 'invalid' as const, ...error }));
    this.settle(place, { outcome: 'refused', problems });
  }

  private settle(place: number, result: WriteResult): void {
    this.settled.set(place, result);
  }
}

function missing(required: Record<string, unknown>): FieldError[] {
  return Object.entries(required)
    .filter(([, value]) => value === undefined)
    .map(([field]) => ({ field, message: 'must be given for a new SKU' }));
}

function isSame(known: object, values: object): boolean {
  return Object.entries(values).every(([field, value]) =>
    isEqual(value, (known as Record<string, unknown>)[field]),
  );
}

/** The order of keys means nothing: jsonb has one of its own. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date || b instanceof Date) {
    return a instanceof Date && b instanceof Date && a.getTime() === b.getTime();
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) && isEqual(Reflect.get(a, key) as unknown, Reflect.get(b, key) as unknown),
    )
  );
}
