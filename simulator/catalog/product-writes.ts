import { flagParam, type GraphCall, type NodeKind } from '../graph/graph-call.js';
import { GraphError, invalidParameter, missingParameter } from '../graph/graph-error.js';
import { asText, isText, type JsonObject } from '../json.js';
import type { CatalogFaults } from './catalog-faults.js';
import type { Catalog, Catalogs, Product } from './catalogs.js';
import type { Price } from './price.js';
import { isProductField, showProduct } from './product-node.js';

/** Before v24 an existing SKU was an error; since then it is silently updated unless the request asks otherwise. */
const UPSERTS_SINCE = 24;

export function createProduct(
  catalogs: Catalogs,
  catalog: Catalog,
  { params, version }: GraphCall,
): { id: string } {
  for (const name of ['name', 'retailer_id', 'price', 'currency']) {
    if (asText(params[name]) === undefined) throw missingParameter(name);
  }
  const retailerId = asText(params.retailer_id) ?? '';
  const upserts = version >= UPSERTS_SINCE && flagParam(params, 'allow_upsert') !== false;
  if (!upserts && catalog.products.has(retailerId))
    throw new GraphError(10800, `retailer_id ${retailerId} exists`);
  return { id: write(catalogs, catalog, retailerId, params).id };
}

/** A product by its id, or by `catalog:{catalog-id}:{base64 of the SKU}`. */
export function productKind(catalogs: Catalogs, faults: CatalogFaults): NodeKind<Product> {
  return {
    type: 'ProductItem',
    isManaged: false,
    find: (id) => catalogs.product(id) ?? catalogs.productAt(id),
    self: {
      GET: (product, { params }) => {
        const catalog = catalogs.get(product.catalogId);
        if (catalog !== undefined) {
          catalog.calls.lookups += 1;
          faults.before('item', catalog);
        }
        return showProduct(product, params.fields);
      },
      POST: (product, { params }) => {
        const catalog = catalogs.get(product.catalogId);
        if (catalog !== undefined) write(catalogs, catalog, product.retailerId, params);
        return { success: true };
      },
      DELETE: (product) => {
        catalogs.removeProduct(product);
        return { success: true };
      },
    },
    edges: { channels_to_integrity_status: { GET: () => ({ data: [] }) } },
  };
}

function write(catalogs: Catalogs, catalog: Catalog, retailerId: string, params: JsonObject): Product {
  const currency = asText(params.currency) ?? catalog.products.get(retailerId)?.price?.currency;
  const fields = Object.fromEntries(Object.entries(params).filter(([name]) => isProductField(name)));
  const salePrice = priceParam(params, 'sale_price', currency);
  return catalogs.put(
    catalog,
    retailerId,
    priceParam(params, 'price', currency),
    salePrice?.minor === 0 ? null : salePrice,
    fields,
  );
}

/** Minor units as an integer, with the currency in its own field: how this path encodes a price. */
function priceParam(params: JsonObject, name: string, currency: string | undefined): Price | undefined {
  const text = asText(params[name]);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalidParameter(`Param ${name} must be an integer`);
  if (!isText(currency) || !/^[A-Z]{3}$/.test(currency))
    throw invalidParameter('Param currency must be an ISO code');
  return { minor: Number(text), currency };
}
