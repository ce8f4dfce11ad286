/** A product, or one of its variants. */
export interface Concerned {
  productId: string;
  variantId: string | null;
}

export interface StockTurn extends Concerned {
  turn: 'out_of_stock' | 'back_in_stock';
}

/** Whether the last piece has gone, or the first has come. Null: stock is not tracked, so there is always something. */
export function turnOf(before: number | null, after: number | null): StockTurn['turn'] | undefined {
  if ((before === 0) === (after === 0)) return undefined;
  return after === 0 ? 'out_of_stock' : 'back_in_stock';
}
