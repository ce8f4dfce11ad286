export interface FailedItem<T> {
  item: T;
  error: unknown;
}

/**
 * Applies all items at once. When that fails, it applies each half, and so on until the bad items stand alone: one
 * bad item costs a few more calls and harms no other item. `apply` must undo its work when it fails. An error that is
 * not the items' fault (`isFatal`) ends the whole.
 */
export async function halveOnFailure<T>(
  items: readonly T[],
  apply: (items: readonly T[]) => Promise<void>,
  isFatal: (error: unknown) => boolean,
): Promise<FailedItem<T>[]> {
  const [first] = items;
  if (first === undefined) return [];
  try {
    await apply(items);
    return [];
  } catch (error) {
    if (isFatal(error)) throw error;
    if (items.length === 1) return [{ item: first, error }];
    const middle = Math.ceil(items.length / 2);
    const failed = await halveOnFailure(items.slice(0, middle), apply, isFatal);
    return [...failed, ...(await halveOnFailure(items.slice(middle), apply, isFatal))];
  }
}
