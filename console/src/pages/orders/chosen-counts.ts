import { typedCount } from './units.ts';

export interface Chosen {
  itemId: string;
  quantity: number;
}

/** What was typed, without the zeros. Undefined: a number is missing or too high, or there is none above 0. */
export function chosenCounts<Item extends { id: string }>(
  items: readonly Item[],
  typed: Readonly<Record<string, string>>,
  mostOf: (item: Item) => number,
): Chosen[] | undefined {
  const all = items.map((item) => ({ item, count: typedCount(typed[item.id] ?? '') }));
  if (!all.every(({ item, count }) => count !== undefined && count <= mostOf(item))) return undefined;
  const chosen = all.flatMap(({ item, count = 0 }) =>
    count > 0 ? [{ itemId: item.id, quantity: count }] : [],
  );
  return chosen.length > 0 ? chosen : undefined;
}

export const unitsOf = (chosen: readonly Chosen[]): number =>
  chosen.reduce((sum, { quantity }) => sum + quantity, 0);
