import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import type { CartFilter, CartItemRow, CartRow } from './carts.queries.js';
import * as queries from './carts.queries.js';

interface ListPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

/** The baskets that customers have sent. Each has become an order. */
@Injectable()
export class Carts {
  constructor(private readonly database: Database) {}

  async get(organizationId: string, id: string): Promise<CartRow & { items: CartItemRow[] }> {
    const cart = await queries.findCart(this.database.manager, organizationId, id);
    if (cart === undefined) throw notFound('cart', id);
    return { ...cart, items: await queries.itemsOfCart(this.database.manager, organizationId, id) };
  }

  async list(organizationId: string, filter: CartFilter, place: ListPlace): Promise<CartRow[]> {
    return queries.listCarts(this.database.manager, organizationId, filter, place);
  }

  async count(organizationId: string, filter: CartFilter): Promise<number> {
    return queries.countCarts(this.database.manager, organizationId, filter);
  }
}
