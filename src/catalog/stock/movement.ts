export const MOVEMENT_KINDS = ['set', 'adjust', 'import', 'reserve', 'release', 'fulfil', 'return'] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** A change of stock, before it is stored. */
export interface Movement {
  productId: string;
  variantId: string | null;
  kind: MovementKind;
  /** Signed differences. */
  quantity: number;
  reserved: number;
  quantityAfter: number | null;
  reservedAfter: number;
  orderId: string | null;
  reason: string | null;
  keyId: string | null;
}
