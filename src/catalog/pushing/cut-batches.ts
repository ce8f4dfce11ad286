import type { ItemRequest } from '../items/item-request.js';

/** Meta recommends fewer than 3,000 requests a call, and takes 28 MB. */
export const MOST_REQUESTS = 3_000;
export const MOST_BYTES = 20 * 1024 * 1024;
/** `{"item_type":"PRODUCT_ITEM","allow_upsert":true,"requests":[]}` and some air. */
const ENVELOPE_BYTES = 100;

export interface SizedRequest {
  request: ItemRequest;
  bytes: number;
}

export function sizeOf(request: ItemRequest): SizedRequest {
  // With the comma that separates it from the next one.
  return { request, bytes: Buffer.byteLength(JSON.stringify(request)) + 1 };
}

/** How many of the first requests go into one call: at least one, or a request that is too large would block all. */
export function firstBatch(
  requests: readonly SizedRequest[],
  limits: { requests: number; bytes: number } = { requests: MOST_REQUESTS, bytes: MOST_BYTES },
): number {
  let bytes = ENVELOPE_BYTES;
  let count = 0;
  for (const request of requests) {
    bytes += request.bytes;
    if (count === limits.requests || (count > 0 && bytes > limits.bytes)) break;
    count += 1;
  }
  return count;
}
