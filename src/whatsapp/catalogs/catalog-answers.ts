import { asInteger, asObject, asObjects, asText } from '../json/json-fields.js';

/** What `items_batch` answered. */
export interface BatchReceipt {
  /** Null: Meta took nothing of the call. */
  handle: string | null;
  /** What it says about single items: errors and warnings, by SKU. */
  remarks: { retailerId: string; errors: string[]; warnings: string[] }[];
}

export function readReceipt(body: unknown): BatchReceipt {
  const answer = asObject(body);
  const handles = answer?.['handles'];
  return {
    handle: Array.isArray(handles) ? (asText(handles[0]) ?? null) : null,
    remarks: asObjects(answer?.['validation_status']).flatMap((remark) => {
      const retailerId = asText(remark['retailer_id']);
      if (retailerId === undefined) return [];
      return [{ retailerId, errors: messages(remark['errors']), warnings: messages(remark['warnings']) }];
    }),
  };
}

export interface BatchStatus {
  isFinished: boolean;
  /** Decides, together with the ids: the texts of failures may stand among the warnings. */
  errorsTotal: number;
  invalidIds: string[];
  /** Texts by SKU: errors first, then warnings. */
  messages: Map<string, string[]>;
}

/** Null: the answer has no status, so nothing is known about the batch. */
export function readBatchStatus(body: unknown): BatchStatus | null {
  const [status] = asObjects(asObject(body)?.['data']);
  const word = asText(status?.['status']);
  if (status === undefined || word === undefined) return null;
  const texts = new Map<string, string[]>();
  for (const entry of [...asObjects(status['errors']), ...asObjects(status['warnings'])]) {
    const [id, message] = [asText(entry['id']), asText(entry['message'])];
    if (id !== undefined && message !== undefined) texts.set(id, [...(texts.get(id) ?? []), message]);
  }
  const ids = status['ids_of_invalid_requests'];
  return {
    // Meta writes `finished` here and `Finished` in webhooks.
    isFinished: word.toLowerCase() === 'finished',
    errorsTotal: asInteger(status['errors_total_count']) ?? 0,
    invalidIds: Array.isArray(ids) ? ids.flatMap((id) => asText(id) ?? []) : [],
    messages: texts,
  };
}

export interface ProductsPage {
  nodes: unknown[];
  /** Null: this was the last page. */
  after: string | null;
  /** Null: Meta did not say how many there are. */
  total: number | null;
}

export function readProductsPage(body: unknown): ProductsPage {
  const answer = asObject(body);
  const paging = asObject(answer?.['paging']);
  const after = asText(asObject(paging?.['cursors'])?.['after']);
  // `paging.next` carries the access token in its URL, so only its presence is used.
  const hasNext = asText(paging?.['next']) !== undefined;
  const data = answer?.['data'];
  return {
    nodes: Array.isArray(data) ? data : [],
    after: hasNext && after !== undefined ? after : null,
    total: asInteger(asObject(answer?.['summary'])?.['total_count']) ?? null,
  };
}

export interface CommerceSettings {
  isCartEnabled: boolean | null;
  isCatalogVisible: boolean | null;
}

export function readCommerceSettings(body: unknown): CommerceSettings {
  const [settings] = asObjects(asObject(body)?.['data']);
  const flag = (name: string) => (typeof settings?.[name] === 'boolean' ? settings[name] : null);
  return { isCartEnabled: flag('is_cart_enabled'), isCatalogVisible: flag('is_catalog_visible') };
}

export interface KnownCatalog {
  id: string;
  name: string;
  productCount: number | null;
}

export function readCatalog(raw: unknown): KnownCatalog | null {
  const node = asObject(raw);
  const id = asText(node?.['id']);
  if (node === undefined || id === undefined) return null;
  return { id, name: asText(node['name']) ?? '', productCount: asInteger(node['product_count']) ?? null };
}

function messages(entries: unknown): string[] {
  return asObjects(entries).flatMap((entry) => asText(entry['message']) ?? []);
}
