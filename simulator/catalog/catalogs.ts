import type { JsonObject } from '../json.js';
import type { Price } from './price.js';

export interface Product {
  id: string;
  catalogId: string;
  retailerId: string;
  price: Price | undefined;
  salePrice: Price | undefined;
  /** The other fields, under their names on the product node. */
  fields: JsonObject;
  review: Review;
}

export interface Review {
  status: string;
  reasons: string[];
}

const APPROVED: Review = { status: 'APPROVED', reasons: [] };

export interface Catalog {
  id: string;
  name: string;
  vertical: string;
  products: Map<string, Product>;
  /** Feeds that somebody has set up in Commerce Manager. */
  feeds: number;
  /** Since the start. */
  calls: { writes: number; requests: number; polls: number; reads: number; lookups: number };
}

const DEMO_PRODUCTS: [retailerId: string, name: string, minor: number][] = [
  ['TSHIRT-RED-M', 'T-shirt, red, M', 1_999],
  ['TSHIRT-BLUE-M', 'T-shirt, blue, M', 1_999],
  ['MUG-WHITE', 'White mug', 850],
  ['TOTE-BAG', 'Tote bag', 1_250],
];

/** The business's catalogs, and the one from which the WhatsApp account sells: a single one, as at Meta. */
export class Catalogs {
  private readonly byId = new Map<string, Catalog>();
  private readonly productById = new Map<string, Product>();
  private nextId = 700_100_200_300_400n;
  connectedId: string | undefined;

  constructor() {
    const demo = this.create('Demo catalog', 'commerce');
    for (const [retailerId, name, minor] of DEMO_PRODUCTS) {
      this.put(demo, retailerId, { minor, currency: 'USD' }, undefined, {
        name,
        description: name,
        url: `https://shop.example.com/p/${retailerId.toLowerCase()}`,
        image_url: `https://shop.example.com/i/${retailerId.toLowerCase()}.jpg`,
        brand: 'Demo',
      });
    }
    this.connectedId = demo.id;
  }

  get(id: string): Catalog | undefined {
    return this.byId.get(id);
  }

  all(): Catalog[] {
    return [...this.byId.values()];
  }

  get connected(): Catalog | undefined {
    return this.connectedId === undefined ? undefined : this.get(this.connectedId);
  }

  create(name: string, vertical: string): Catalog {
    const catalog: Catalog = {
      id: this.newId(),
      name,
      vertical,
      products: new Map(),
      feeds: 0,
      calls: { writes: 0, requests: 0, polls: 0, reads: 0, lookups: 0 },
    };
    this.byId.set(catalog.id, catalog);
    return catalog;
  }

  remove(catalog: Catalog): void {
    for (const product of catalog.products.values()) this.productById.delete(product.id);
    this.byId.delete(catalog.id);
    if (this.connectedId === catalog.id) this.connectedId = undefined;
  }

  newId(): string {
    this.nextId += 1n;
    return String(this.nextId);
  }

  product(id: string): Product | undefined {
    return this.productById.get(id);
  }

  /** `catalog:{catalog-id}:{base64 of the SKU}`: addresses a product without its id. */
  productAt(address: string): Product | undefined {
    const [, catalogId, encoded] = /^catalog:(\d+):(.+)$/.exec(address) ?? [];
    if (catalogId === undefined || encoded === undefined) return undefined;
    return this.get(catalogId)?.products.get(Buffer.from(encoded, 'base64').toString());
  }

  /** Creates or changes; fields that are not given stay as they are. */
  put(
    catalog: Catalog,
    retailerId: string,
    price: Price | undefined,
    salePrice: Price | null | undefined,
    fields: JsonObject,
  ): Product {
    const old = catalog.products.get(retailerId);
    const product: Product = {
      id: old?.id ?? this.newId(),
      catalogId: catalog.id,
      retailerId,
      price: price ?? old?.price,
      salePrice: salePrice === undefined ? old?.salePrice : (salePrice ?? undefined),
      fields: { ...(old?.fields ?? {}), ...fields },
      review: old?.review ?? APPROVED,
    };
    catalog.products.set(retailerId, product);
    this.productById.set(product.id, product);
    return product;
  }

  removeProduct(product: Product): void {
    this.productById.delete(product.id);
    this.get(product.catalogId)?.products.delete(product.retailerId);
  }

  /** Products that a product message names must be in the connected catalog. */
  sells(catalogId: string | undefined, retailerId: string): boolean {
    const catalog = this.connected;
    return (
      (catalogId === undefined || catalogId === catalog?.id) && catalog?.products.has(retailerId) === true
    );
  }
}
