import type { Business } from '../business.js';
import {
  flagParam,
  jsonParam,
  selectFields,
  type GraphCall,
  type Handlers,
  type NodeKind,
} from '../graph/graph-call.js';
import { GraphError, invalidParameter, missingParameter, unknownObject } from '../graph/graph-error.js';
import { pageOf } from '../graph/paging.js';
import { asText, isText, type JsonObject } from '../json.js';
import type { ScenarioBook } from '../scenario/scenario-book.js';
import type { CatalogFaults } from './catalog-faults.js';
import type { Catalog, Catalogs, Product } from './catalogs.js';
import type { ItemBatches } from './item-batches.js';
import { productFilter } from './product-filter.js';
import { showProduct } from './product-node.js';
import { createProduct } from './product-writes.js';

interface CatalogParts {
  catalogs: Catalogs;
  batches: ItemBatches;
  business: Business;
  faults: CatalogFaults;
  book: ScenarioBook;
}

export function catalogKind(parts: CatalogParts): NodeKind<Catalog> {
  const { catalogs, batches, business, faults } = parts;
  const nothing: Handlers<Catalog> = { GET: () => ({ data: [] }) };
  const batch: Handlers<Catalog> = {
    POST: (catalog, { params }) => {
      faults.before('items_batch', catalog);
      const itemType = asText(params.item_type);
      if (itemType === undefined) throw missingParameter('item_type');
      if (itemType !== 'PRODUCT_ITEM') throw invalidParameter('Param item_type must be PRODUCT_ITEM');
      const upserts = flagParam(params, 'allow_upsert') ?? true;
      const answer = batches.submit(catalog, jsonParam(params, 'requests'), upserts);
      faults.after('items_batch');
      return answer;
    },
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
        GET: (catalog, call) => listProducts(parts, catalog, call),
        POST: (catalog, call) => createProduct(catalogs, catalog, call),
      },
      items_batch: batch,
      localized_items_batch: batch,
      check_batch_request_status: {
        GET: (catalog, { params }) => {
          catalog.calls.polls += 1;
          faults.before('check', catalog);
          const handle = asText(params.handle);
          if (!isText(handle)) throw missingParameter('handle');
          const withIds = flagParam(params, 'load_ids_of_invalid_requests') === true;
          return { data: [batches.status(catalog, handle, withIds)] };
        },
      },
      product_feeds: {
        GET: (catalog) => ({
          data: Array.from({ length: catalog.feeds }, (_, index) => ({
            id: `${catalog.id}${index}`,
            name: 'Feed',
          })),
        }),
      },
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

function listProducts({ faults, book }: CatalogParts, catalog: Catalog, call: GraphCall): JsonObject {
  catalog.calls.reads += 1;
  faults.before('products', catalog);
  const { repeat, miss, summary, most } = book.current.catalogPages;
  if (Number(asText(call.params.limit) ?? 25) > most)
    throw new GraphError(1, 'Please reduce the amount of data');
  const filter = jsonParam(call.params, 'filter');
  const products = [...catalog.products.values()];
  const matching = filter === undefined ? products : products.filter(productFilter(filter));
  const images = book.current.catalogImages;
  const page: JsonObject = pageOf(matching, call, (product) =>
    showProduct(product, call.params.fields, images),
  );
  if (!summary) delete page.summary;
  const data = page.data as Product[];
  // The cursors stay right: what is missed is missed by the whole listing.
  if (filter === undefined && miss > 0) data.splice(0, miss);
  if (filter === undefined && repeat > 0) data.push(...data.slice(0, repeat));
  return page;
}

function showCatalog(catalog: Catalog, business: Business, fields: unknown): JsonObject {
  const owner = { id: business.id, name: business.name };
  const node = {
    id: catalog.id,
    name: catalog.name,
    vertical: catalog.vertical,
    product_count: catalog.products.size,
    feed_count: catalog.feeds,
    business: owner,
    owner_business: owner,
    is_catalog_segment: false,
    default_image_url: undefined,
  };
  return selectFields(node, 'ProductCatalog', fields, ['id', 'name']);
}
