import type { FieldError } from '../../rules/errors/domain-error.js';
import type { ProductInput, VariantInput } from './product-input.js';

interface Row {
  sku: string;
  /** The row must still have this id: a SKU may have been deleted and used again. */
  id?: string;
}

export interface ProductRow extends Row {
  kind: 'product';
  input: ProductInput;
}

export interface VariantRow extends Row {
  kind: 'variant';
  /** The product it belongs to, which may stand anywhere in the same batch. */
  parent: { sku: string } | { id: string };
  input: VariantInput;
}

export type WriteRow = ProductRow | VariantRow;

export interface WritePolicy {
  mode: 'upsert' | 'create' | 'update';
  /**
   * What `quantity` does to a product that exists: replaces the stock, leaves it alone, or is added to it. The stock of
   * a new product is always the one given.
   */
  stock: 'set' | 'keep' | 'add';
  /** How the movement of stock is entered. */
  movement: 'set' | 'import';
}

export type WriteProblemCode =
  'invalid' | 'repeated' | 'sku_taken' | 'sku_unknown' | 'options_taken' | 'parent_unknown';

export interface WriteProblem extends FieldError {
  code: WriteProblemCode;
}

/** What became of the row at the same place. */
export type WriteResult =
  | { outcome: 'created' | 'updated' | 'unchanged'; id: string }
  | { outcome: 'refused'; problems: WriteProblem[] };

export function refused(code: WriteProblemCode, field: string, message: string): WriteResult {
  return { outcome: 'refused', problems: [{ code, field, message }] };
}
