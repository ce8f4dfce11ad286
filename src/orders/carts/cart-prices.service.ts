import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { catalogsById, type FoundItem, itemsById } from '../order/known-items.queries.js';
import type { CartItemRow, CartRow } from './cart-row.js';
import { type CartPrices, sellableKey } from './price-cart.js';

/** The catalogs and products of carts as they are now, with two statements however many carts there are. */
@Injectable()
export class CartPricing {
  async of(
    db: EntityManager,
    organizationId: string,
    carts: readonly Pick<CartRow, 'catalogId'>[],
    items: readonly CartItemRow[],
  ): Promise<(cart: Pick<CartRow, 'catalogId'>) => CartPrices & { found: readonly FoundItem[] }> {
    const catalogIds = carts.flatMap(({ catalogId }) => catalogId ?? []);
    const catalogs = await catalogsById(db, organizationId, [...new Set(catalogIds)]);
    const productIds = items.flatMap(({ productId, variantId }) =>
      variantId === null ? (productId ?? []) : [],
    );
    const variantIds = items.flatMap(({ variantId }) => variantId ?? []);
    const found =
      items.length === 0
        ? []
        : await itemsById(db, organizationId, {
            productIds: [...new Set(productIds)],
            variantIds: [...new Set(variantIds)],
          });
    const known = new Map(found.map((item) => [sellableKey(item), item]));
    return ({ catalogId }) => ({ catalog: catalogs.find(({ id }) => id === catalogId), known, found });
  }
}
