import type { Clock } from '../../src/platform/clock/clock.js';
import { invalidParameter } from '../graph/graph-error.js';
import type { JsonObject } from '../json.js';
import type { ScenarioBook } from '../scenario/scenario-book.js';
import type { Timeline } from '../timeline.js';
import type { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { ValueUpdate } from '../webhooks/webhook-update.js';
import { readBatchItem, type BatchItem } from './batch-item.js';
import { type CatalogFaults, matches } from './catalog-faults.js';
import type { Catalog, Catalogs } from './catalogs.js';

const MOST_REQUESTS = 5_000;
const KEPT_BATCHES = 1_000;

interface Batch {
  catalogId: string;
  items: BatchItem[];
  isFinished: boolean;
}

/** Catalog writes are queued: the answer is a handle, and the result is requested later. */
export class ItemBatches {
  private readonly batches = new Map<string, Batch>();
  private count = 0;
  private readonly overlapping = new Map<string, number>();

  constructor(
    private readonly catalogs: Catalogs,
    private readonly clock: Clock,
    private readonly book: ScenarioBook,
    private readonly timeline: Timeline,
    private readonly outbox: WebhookOutbox,
    private readonly faults: CatalogFaults,
  ) {}

  submit(catalog: Catalog, requests: unknown, allowUpsert: boolean): JsonObject {
    if (!Array.isArray(requests) || requests.length === 0)
      throw invalidParameter('Param requests must be a non-empty list');
    if (requests.length > MOST_REQUESTS)
      throw invalidParameter(`Param requests: at most ${MOST_REQUESTS} in one call`);
    const seen = new Set<string>();
    const items = requests.map((request: unknown) => {
      const item = readBatchItem(this.catalogs, catalog, request, allowUpsert);
      if (seen.has(item.retailerId))
        item.errors.push(`Duplicate retailer_id in batch api call: ${item.retailerId}`);
      seen.add(item.retailerId);
      return item;
    });
    catalog.calls.writes += 1;
    catalog.calls.requests += items.length;
    const isTaken = !this.faults.takesNothing();
    if (!isTaken) for (const item of items) item.errors.push('The call was not taken.');
    return {
      handles: isTaken ? [this.queue(catalog, items)] : [],
      validation_status: items.filter(isRemarkable).map(validationOf),
    };
  }

  /** Requests for an item that another unfinished batch had too: Meta does not say which of them wins. */
  overlaps(catalogId: string): { overlappingRequests: number } {
    return { overlappingRequests: this.overlapping.get(catalogId) ?? 0 };
  }

  status(catalog: Catalog, handle: string, withIds: boolean): JsonObject {
    const batch = this.batches.get(handle);
    if (batch?.catalogId !== catalog.id)
      throw invalidParameter('Param handle is not a batch of this catalog');
    const remarks = (kind: 'errors' | 'warnings') =>
      batch.items.flatMap((item, line) =>
        item[kind].map((message) => ({ line: line + 1, id: item.retailerId, message })),
      );
    const [errors, warnings] = batch.isFinished ? [remarks('errors'), remarks('warnings')] : [[], []];
    const invalid = batch.isFinished && withIds ? batch.items.filter(isRejected) : [];
    return {
      handle,
      status: batch.isFinished ? 'finished' : 'in_progress',
      errors,
      errors_total_count: errors.length,
      warnings,
      warnings_total_count: warnings.length,
      ids_of_invalid_requests: invalid.map(({ retailerId }) => retailerId),
    };
  }

  private queue(catalog: Catalog, items: BatchItem[]): string {
    this.count += 1;
    const handle = Buffer.from(`batch-${catalog.id}-${this.count}-${this.clock.now().getTime()}`).toString(
      'base64url',
    );
    const batch: Batch = { catalogId: catalog.id, items, isFinished: false };
    const busy = new Set(
      [...this.batches.values()]
        .filter((other) => other.catalogId === catalog.id && !other.isFinished)
        .flatMap((other) => other.items.map(({ retailerId }) => retailerId)),
    );
    const overlaps = items.filter(({ retailerId }) => busy.has(retailerId)).length;
    this.overlapping.set(catalog.id, (this.overlapping.get(catalog.id) ?? 0) + overlaps);
    this.batches.set(handle, batch);
    for (const old of this.batches.keys()) {
      if (this.batches.size <= KEPT_BATCHES) break;
      this.batches.delete(old);
    }
    const neverFinishes = this.faults.neverFinishes();
    this.timeline.after(this.book.current.catalogBatchMs, () => {
      for (const item of items) this.apply(catalog, item);
      if (neverFinishes) return;
      batch.isFinished = true;
      const value = JSON.stringify({ catalog_id: catalog.id, handle, status: 'Finished' });
      const seconds = Math.floor(this.clock.now().getTime() / 1000);
      this.outbox.tell(new ValueUpdate('items_batch', 'items_batch', catalog.id, value, seconds, 'catalog'));
    });
    return handle;
  }

  /** Deletes, creates or changes the item, and has the result reviewed. */
  private apply(catalog: Catalog, item: BatchItem): void {
    const rejection = this.faults.rejection(item.retailerId);
    if (rejection !== undefined) item.errors.push(rejection);
    if (isRejected(item)) return;
    item.apply();
    const product = catalog.products.get(item.retailerId);
    if (product === undefined) return;
    const { outcome, skus, reason } = this.book.current.catalogReview;
    const isMeant = skus.length === 0 || skus.some((sku) => matches(sku, item.retailerId));
    const isRefused = outcome === 'reject' && isMeant;
    product.review = {
      status: outcome === 'wait' && isMeant ? 'PENDING' : isRefused ? 'REJECTED' : 'APPROVED',
      reasons: isRefused ? [reason] : [],
    };
  }
}

function isRejected(item: BatchItem): boolean {
  return item.errors.length > 0;
}

function isRemarkable({ errors, warnings }: BatchItem): boolean {
  return errors.length > 0 || warnings.length > 0;
}

function validationOf({ retailerId, errors, warnings }: BatchItem): JsonObject {
  return {
    retailer_id: retailerId,
    ...(errors.length === 0 ? {} : { errors: errors.map((message) => ({ message })) }),
    ...(warnings.length === 0 ? {} : { warnings: warnings.map((message) => ({ message })) }),
  };
}
