/** What can be sent and ordered: a variant, or a product without variants. A group is found too, to be refused. */
export interface Sellable {
  catalogId: string;
  productId: string;
  variantId: string | null;
  /** Meta's retailer id. */
  sku: string;
  name: string;
  isGroup: boolean;
  isActive: boolean;
  isVisible: boolean;
  isInStock: boolean;
  /** Meta has it, perhaps in an earlier version. */
  isAtMeta: boolean;
  syncStatus: string;
  reviewStatus: string | null;
  reviewReasons: string[];
}

export const UNSENDABLE = [
  'variant_needed',
  'inactive',
  'hidden',
  'out_of_stock',
  'not_synced',
  'rejected',
] as const;

export interface Unsendable {
  reason: (typeof UNSENDABLE)[number];
  /** For people; begins with a verb. */
  message: string;
}

/** Why a message must not name it; null: it may. An edit that waits for the next push does not matter: Meta has the product. */
export function whyUnsendable(one: Sellable): Unsendable | null {
  if (one.isGroup) return { reason: 'variant_needed', message: 'has variants: name one of them' };
  if (!one.isActive)
    return { reason: 'inactive', message: 'is not active, or its product or catalog is not' };
  if (!one.isVisible) return { reason: 'hidden', message: 'is not visible' };
  if (!one.isInStock) return { reason: 'out_of_stock', message: 'is out of stock' };
  if (isRejected(one)) return { reason: 'rejected', message: rejection(one) };
  if (one.isAtMeta) return null;
  return { reason: 'not_synced', message: `has not been synchronised with Meta (${one.syncStatus})` };
}

function isRejected({ reviewStatus }: Sellable): boolean {
  return reviewStatus?.toLowerCase() === 'rejected';
}

function rejection({ reviewReasons }: Sellable): string {
  const why = reviewReasons.length === 0 ? '' : `: ${reviewReasons.join('; ')}`;
  return `was rejected in Meta's review${why}`;
}
