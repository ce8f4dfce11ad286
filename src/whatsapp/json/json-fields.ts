export type JsonObject = Record<string, unknown>;

// Meta omits fields, adds new ones and turns numbers into strings: reading never throws, absent is undefined.

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asObjects(value: unknown): JsonObject[] {
  return asList(value).filter((item): item is JsonObject => asObject(item) !== undefined);
}

/** A non-empty string; numbers count, because ids come as both. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function asInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const MILLISECONDS_FROM = 100_000_000_000;
const LAST_MILLISECOND = 8_640_000_000_000_000;

/** Unix seconds as number or string, as Meta mixes them; milliseconds and ISO texts are recognised. */
export function asInstant(value: unknown): Date | null {
  const number = asInteger(value);
  if (number === undefined) {
    const parsed = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : NaN;
    return Number.isNaN(parsed) ? null : new Date(parsed);
  }
  const ms = number < MILLISECONDS_FROM ? number * 1_000 : number;
  return ms < 0 || ms > LAST_MILLISECOND ? null : new Date(ms);
}
