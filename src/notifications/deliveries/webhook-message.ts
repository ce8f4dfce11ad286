/** What a receiver gets. */
export interface WebhookBody {
  type: string;
  /** When it happened, as an ISO instant. */
  timestamp: string;
  data: Record<string, unknown>;
}

const MAX_BYTES = 64 * 1_024;

/** Data that does not fit gives way to the ids by which it can be read. */
export function bodyOf(event: {
  kind: string;
  occurredAt: Date;
  objectId: string | null;
  customerId: string | null;
  data: Record<string, unknown>;
}): WebhookBody {
  const { kind: type, occurredAt, objectId, customerId, data } = event;
  const body = { type, timestamp: occurredAt.toISOString(), data };
  if (Buffer.byteLength(textOf(body)) <= MAX_BYTES) return body;
  return { ...body, data: { id: objectId, customerId, isTooLarge: true } };
}

/** The same bytes at every attempt: the body is stored as JSON, whose keys come back in another order. */
export function textOf({ type, timestamp, data }: WebhookBody): string {
  return JSON.stringify({ type, timestamp, data });
}
