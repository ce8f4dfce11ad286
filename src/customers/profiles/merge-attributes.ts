export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Same as merge_attributes in SQL: merges nested objects and replaces everything else. */
export function mergeAttributes(base: JsonObject, top: JsonObject): JsonObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(top)) {
    const old = Object.hasOwn(merged, key) ? merged[key] : undefined;
    // Defined, not assigned: "__proto__" is a key like any other.
    Object.defineProperty(merged, key, {
      value: isJsonObject(old) && isJsonObject(value) ? mergeAttributes(old, value) : value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return merged;
}
