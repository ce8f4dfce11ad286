import type { FastifyInstance, FastifyRequest } from 'fastify';
import { notFound } from '../../src/rules/errors/domain-error.js';
import type { Catalog } from '../catalog/catalogs.js';
import { parseBatchPrice, type Price } from '../catalog/price.js';
import { isProductField, productNode } from '../catalog/product-node.js';
import { anyObject, nullable, overlay, readInput, type Reader, text, whole, wrong } from '../input-reader.js';
import type { JsonObject } from '../json.js';
import { ParsedBody } from '../parsed-body.js';
import type { SimulatorState } from '../simulator-state.js';

interface ProductChange {
  price: Price | null;
  salePrice: Price | null;
  fields: JsonObject;
  review: string | null;
  reasons: string | null;
}

/** `45000.00 INR`, as batches write it. */
const price: Reader<Price> = (value, path) =>
  parseBatchPrice(text(value, path)) ?? wrong(path, 'must look like "45000.00 INR"');
const fields: Reader<JsonObject> = (value, path) => {
  const given = anyObject(value, path);
  for (const name of Object.keys(given)) {
    if (!isProductField(name)) wrong(`${path}.${name}`, 'is not a field of a product');
  }
  return given;
};
const productChange = {
  price: nullable(price),
  salePrice: nullable(price),
  fields,
  review: nullable(text),
  reasons: nullable(text),
};

/** Catalogs as a person in Commerce Manager sees and edits them; no webhook reports such an edit. */
export function catalogControl(app: FastifyInstance, { catalogs, batches }: SimulatorState): void {
  const catalogOf = (request: FastifyRequest): Catalog => {
    const { id } = request.params as { id: string };
    return (
      catalogs.get(id) ?? (id === 'connected' ? catalogs.connected : undefined) ?? missing('catalog', id)
    );
  };
  const skuOf = (request: FastifyRequest): string => (request.params as { sku: string }).sku;
  app.get('/simulator/catalogs', () => ({
    connectedId: catalogs.connectedId ?? null,
    data: catalogs.all().map((catalog) => ({ ...summary(catalog), ...batches.overlaps(catalog.id) })),
  }));
  app.patch('/simulator/catalogs/:id', (request) => {
    const catalog = catalogOf(request);
    const { feeds } = readInput(
      overlay({ feeds: catalog.feeds }, { feeds: whole(0, 10) }),
      bodyOf(request),
      'catalog',
    );
    catalog.feeds = feeds;
    return summary(catalog);
  });
  app.get('/simulator/catalogs/:id/products', (request) => ({
    data: [...catalogOf(request).products.values()].map(productNode),
  }));
  app.get('/simulator/catalogs/:id/products/:sku', (request) => {
    const product = catalogOf(request).products.get(skuOf(request));
    return product === undefined ? missing('product', skuOf(request)) : productNode(product);
  });
  app.post('/simulator/catalogs/:id/products/:sku', (request) => {
    const catalog = catalogOf(request);
    const given = readInput(
      overlay<Partial<ProductChange>>({}, productChange as never),
      bodyOf(request),
      'product',
    );
    const known = given.price ?? undefined;
    const product = catalogs.put(catalog, skuOf(request), known, given.salePrice, given.fields ?? {});
    const { review = null, reasons = null } = given;
    if (review !== null) product.review = { status: review, reasons: reasons === null ? [] : [reasons] };
    return productNode(product);
  });
  app.delete('/simulator/catalogs/:id/products/:sku', (request, reply) => {
    const product = catalogOf(request).products.get(skuOf(request));
    if (product === undefined) missing('product', skuOf(request));
    else catalogs.removeProduct(product);
    return reply.code(204).send();
  });
}

function summary({ id, name, products, calls, feeds }: Catalog): object {
  return { id, name, products: products.size, feeds, calls };
}

function missing(what: string, id: string): never {
  throw notFound(what, id);
}

function bodyOf(request: FastifyRequest): unknown {
  return request.body instanceof ParsedBody ? request.body.value : {};
}
