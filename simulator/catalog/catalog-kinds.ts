import type { Business } from '../business.js';
import {
  flagParam,
  jsonParam,
  selectFields,
  type GraphCall,
  type Handlers,
  type NodeKind,
} from '../graph/graph-call.js';
import { GraphError, missingParameter, unknownObject } from '../graph/graph-error.js';
import { pageOf } from '../graph/paging.js';
import { asText, isText, type JsonObject } from '../json.js';
import type { Catalog, Catalogs } from './catalogs.js';
import type { ItemBatches } from './item-batches.js';
import { productFilter } from './product-filter.js';
import { showProduct } from './product-node.js';
import { createProduct } from './product-writes.js';

export function catalogKind(catalogs: Catalogs, batches: ItemBatches, business: Business): NodeKind<Catalog> {
  const nothing: Handlers<Catalog> = { GET: () => ({ data: [] }) };
  const batch: Handlers<Catalog> = {
    POST: (catalog, { params }) =>
      batches.submit(catalog, jsonParam(params, 'requests'), flagParam(params, 'allow_upsert') ?? true),
  };
  return {
    type: 'ProductCatalog',
    isManaged: false,
    find: (id) => catalogs.get(id),
    self: {
      GET: (catalog, { params }) => showCatalog(catalog, business, params.fields),
      POST: (catalog, { params }) => {
        catalog.name = asText(params.name) ?? catalog.name;
        return { success: true };
      },
      DELETE: (catalog) => {
        catalogs.remove(catalog);
        return { success: true };
      },
    },
    edges: {
      products: {
        GET: listProducts,
        POST: (catalog, call) => createProduct(catalogs, catalog, call),
      },
      items_batch: batch,
      localized_items_batch: batch,
      check_batch_request_status: {
        GET: (catalog, { params }) => {
          const handle = asText(params.handle);
          if (!isText(handle)) throw missingParameter('handle');
          const withIds = flagParam(params, 'load_ids_of_invalid_requests') === true;
          return { data: [batches.status(catalog, handle, withIds)] };
        },
      },
      product_feeds: nothing,
      product_sets: nothing,
      diagnostics: nothing,
      subscribed_apps: { ...nothing, POST: () => ({ success: true }) },
      assigned_users: { ...nothing, POST: () => ({ success: true }) },
    },
  };
}

/** The catalogs a business owns. */
export function ownedCatalogsEdge(catalogs: Catalogs): Handlers<Business> {
  return {
    GET: (business, call) =>
      pageOf(catalogs.all(), call, (catalog) => showCatalog(catalog, business, call.params.fields)),
    POST: (_, { params }) => {
      if (!isText(params.name)) throw missingParameter('name');
      if (catalogs.all().some(({ name }) => name === params.name)) {
        throw new GraphError(804, `A catalog named ${params.name} already exists`);
      }
      return { id: catalogs.create(params.name, asText(params.vertical) ?? 'commerce').id };
    },
  };
}

/** The one catalog that is connected to the WhatsApp account. */
export function connectedCatalogEdge(catalogs: Catalogs): Handlers<Business> {
  const named = (params: JsonObject, method: string): Catalog => {
    const id = asText(params.catalog_id);
    if (id === undefined) throw missingParameter('catalog_id');
    const catalog = catalogs.get(id);
    if (catalog === undefined) throw unknownObject(method, id);
    return catalog;
  };
  return {
    GET: (business, call) =>
      pageOf(catalogs.connected === undefined ? [] : [catalogs.connected], call, (catalog) =>
        showCatalog(catalog, business, call.params.fields),
      ),
    POST: (_, { params, method }) => {
      catalogs.connectedId = named(params, method).id;
      return { success: true };
    },
    DELETE: (_, { params, method }) => {
      if (catalogs.connectedId === named(params, method).id) catalogs.connectedId = undefined;
      return { success: true };
    },
  };
}

function listProducts(catalog: Catalog, call: GraphCall): JsonObject {
  const filter = jsonParam(call.params, 'filter');
  const products = [...catalog.products.values()];
  const matching = filter === undefined ? products : products.filter(productFilter(filter));
  return pageOf(matching, call, (product) => showProduct(product, call.params.fields));
}

function showCatalog(catalog: Catalog, business: Business, fields: unknown): JsonObject {
  const owner = { id: business.id, name: business.name };
  const node = {
    id: catalog.id,
    name: catalog.name,
    vertical: catalog.vertical,
    product_count: catalog.products.size,
    feed_count: 0,
    business: owner,
    owner_business: owner,
    is_catalog_segment: false,
    default_image_url: undefined,
  };
  return selectFields(node, 'ProductCatalog', fields, ['id', 'name']);
}
