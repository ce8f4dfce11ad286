import { transportError } from '../errors/graph-error.js';
import type { GraphAnswer, GraphFailure } from '../graph/graph-answer.js';
import { type GraphCall, type GraphClient } from '../graph/graph.client.js';
import type { RateUsage } from '../graph/rate-usage.js';
import { asObject, asObjects, asText } from '../json/json-fields.js';
import {
  type BatchReceipt,
  type BatchStatus,
  type CommerceSettings,
  type KnownCatalog,
  type ProductsPage,
  readBatchStatus,
  readCatalog,
  readCommerceSettings,
  readProductsPage,
  readReceipt,
} from './catalog-answers.js';

/** Like GraphAnswer: outcomes are returned, not thrown, because the caller decides what a lost answer means. */
export type CatalogAnswer<T> = { outcome: 'ok'; value: T; usage: RateUsage | null } | GraphFailure;

const STATUS_FIELDS =
  'handle,status,errors,errors_total_count,warnings,warnings_total_count,ids_of_invalid_requests';

/** Meta's calls about catalogs. It knows no table, keeps no token and never retries. */
export class CatalogClient {
  constructor(private readonly graph: GraphClient) {}

  async sendItems(
    token: string,
    catalogId: string,
    requests: unknown[],
  ): Promise<CatalogAnswer<BatchReceipt>> {
    const body = { item_type: 'PRODUCT_ITEM', allow_upsert: true, requests };
    return this.ask('POST', `/${path(catalogId)}/items_batch`, { token, body }, readReceipt);
  }

  async batchStatus(token: string, catalogId: string, handle: string): Promise<CatalogAnswer<BatchStatus>> {
    // Without the flag the list of ids is always empty, even when all requests failed.
    const query = { handle, load_ids_of_invalid_requests: true, fields: STATUS_FIELDS };
    return this.ask(
      'GET',
      `/${path(catalogId)}/check_batch_request_status`,
      { token, query },
      readBatchStatus,
    );
  }

  async productsPage(
    token: string,
    catalogId: string,
    { fields, limit, after }: { fields: readonly string[]; limit: number; after?: string | null },
  ): Promise<CatalogAnswer<ProductsPage>> {
    const query = { limit, summary: true, fields: fields.join(','), after: after ?? undefined };
    return this.ask('GET', `/${path(catalogId)}/products`, { token, query }, readProductsPage);
  }

  /** Those of the SKUs that exist, at most 50 a call. */
  async productsBySku(
    token: string,
    catalogId: string,
    { fields, skus }: { fields: readonly string[]; skus: readonly string[] },
  ): Promise<CatalogAnswer<ProductsPage>> {
    const filter = JSON.stringify({ retailer_id: { is_any: skus } });
    const query = { filter, limit: skus.length, fields: fields.join(',') };
    return this.ask('GET', `/${path(catalogId)}/products`, { token, query }, readProductsPage);
  }

  /** One item by its SKU; `value: null` when Meta has none, which it reports as HTTP 400 with code 100. */
  async productBySku(
    token: string,
    catalogId: string,
    { fields, sku }: { fields: readonly string[]; sku: string },
  ): Promise<CatalogAnswer<unknown>> {
    const address = `catalog:${catalogId}:${Buffer.from(sku).toString('base64url')}`;
    const query = { fields: fields.join(',') };
    const answer = await this.ask('GET', `/${address}`, { token, query }, (body) => body);
    const isMissing = answer.outcome === 'refused' && answer.error.code === 100;
    return isMissing ? { outcome: 'ok', value: null, usage: answer.usage } : answer;
  }

  async catalog(token: string, catalogId: string): Promise<CatalogAnswer<KnownCatalog>> {
    // Only a catalog has a vertical: the id of anything else is refused.
    const query = { fields: 'id,name,product_count,vertical' };
    return this.ask('GET', `/${path(catalogId)}`, { token, query }, readCatalog);
  }

  async createCatalog(token: string, businessId: string, name: string): Promise<CatalogAnswer<string>> {
    // WhatsApp sells from catalogs of this kind only.
    const body = { name, vertical: 'commerce' };
    return this.ask('POST', `/${path(businessId)}/owned_product_catalogs`, { token, body }, idIn);
  }

  async deleteCatalog(token: string, catalogId: string): Promise<CatalogAnswer<true>> {
    return this.ask('DELETE', `/${path(catalogId)}`, { token }, done);
  }

  /** The catalogs that a business owns. */
  async *ownedCatalogs(token: string, businessId: string): AsyncGenerator<KnownCatalog[]> {
    const query = { fields: 'id,name,product_count', limit: 100 };
    for await (const page of this.graph.pages(`/${path(businessId)}/owned_product_catalogs`, {
      token,
      query,
    })) {
      yield page.flatMap((raw) => readCatalog(raw) ?? []);
    }
  }

  /** The business that owns a WhatsApp account. */
  async ownerOf(token: string, businessAccountId: string): Promise<CatalogAnswer<string>> {
    const query = { fields: 'owner_business_info' };
    return this.ask('GET', `/${path(businessAccountId)}`, { token, query }, (body) =>
      idIn(asObject(body)?.['owner_business_info']),
    );
  }

  /** The catalog from which a WhatsApp account sells: Meta allows one. */
  async connected(token: string, businessAccountId: string): Promise<CatalogAnswer<KnownCatalog[]>> {
    const query = { fields: 'id,name,product_count' };
    return this.ask('GET', `/${path(businessAccountId)}/product_catalogs`, { token, query }, (body) =>
      asObjects(asObject(body)?.['data']).flatMap((raw) => readCatalog(raw) ?? []),
    );
  }

  async connect(token: string, businessAccountId: string, catalogId: string): Promise<CatalogAnswer<true>> {
    const body = { catalog_id: catalogId };
    return this.ask('POST', `/${path(businessAccountId)}/product_catalogs`, { token, body }, done);
  }

  async disconnect(
    token: string,
    businessAccountId: string,
    catalogId: string,
  ): Promise<CatalogAnswer<true>> {
    const query = { catalog_id: catalogId };
    return this.ask('DELETE', `/${path(businessAccountId)}/product_catalogs`, { token, query }, done);
  }

  async phoneNumbers(token: string, businessAccountId: string): Promise<CatalogAnswer<string[]>> {
    const query = { fields: 'id', limit: 100 };
    return this.ask('GET', `/${path(businessAccountId)}/phone_numbers`, { token, query }, (body) =>
      asObjects(asObject(body)?.['data']).flatMap((raw) => asText(raw['id']) ?? []),
    );
  }

  async displayNumber(token: string, phoneNumberId: string): Promise<CatalogAnswer<string>> {
    const query = { fields: 'display_phone_number' };
    return this.ask(
      'GET',
      `/${path(phoneNumberId)}`,
      { token, query },
      (body) => asText(asObject(body)?.['display_phone_number']) ?? null,
    );
  }

  async settings(token: string, phoneNumberId: string): Promise<CatalogAnswer<CommerceSettings>> {
    return this.ask(
      'GET',
      `/${path(phoneNumberId)}/whatsapp_commerce_settings`,
      { token },
      readCommerceSettings,
    );
  }

  /** Meta takes these two in the query, not in the body. */
  async setSettings(
    token: string,
    phoneNumberId: string,
    {
      isCartEnabled,
      isCatalogVisible,
    }: { isCartEnabled?: boolean | undefined; isCatalogVisible?: boolean | undefined },
  ): Promise<CatalogAnswer<true>> {
    const query = { is_cart_enabled: isCartEnabled, is_catalog_visible: isCatalogVisible };
    return this.ask('POST', `/${path(phoneNumberId)}/whatsapp_commerce_settings`, { token, query }, done);
  }

  /** Feeds are a second writer of the same catalog. */
  async feeds(token: string, catalogId: string): Promise<CatalogAnswer<string[]>> {
    const query = { fields: 'id', limit: 100 };
    return this.ask('GET', `/${path(catalogId)}/product_feeds`, { token, query }, (body) =>
      asObjects(asObject(body)?.['data']).flatMap((raw) => asText(raw['id']) ?? []),
    );
  }

  private async ask<T>(
    method: 'GET' | 'POST' | 'DELETE',
    to: string,
    call: GraphCall,
    read: (body: unknown) => T | null,
  ): Promise<CatalogAnswer<T>> {
    const answer: GraphAnswer = await this.graph.request(method, to, call);
    if (answer.outcome !== 'ok') return answer;
    const value = read(answer.body);
    if (value !== null) return { outcome: 'ok', value, usage: answer.usage };
    const error = transportError('Meta answered without what was asked for', 200);
    return { outcome: 'in-doubt', error, usage: answer.usage };
  }
}

function path(id: string): string {
  return encodeURIComponent(id);
}

function idIn(body: unknown): string | null {
  return asText(asObject(body)?.['id']) ?? null;
}

function done(): true {
  return true;
}
