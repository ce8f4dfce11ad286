/** How the kinds of events are offered: by what a shop calls them. */
export const GROUPS = {
  orders: ['order.*', 'payment.*', 'refund.*', 'cart.*'],
  campaigns: ['campaign.*'],
  customers: ['customer.*', 'segment.*', 'import.*'],
  messages: ['message.*', 'button.*', 'link.*'],
  catalog: ['product.*', 'catalog.*'],
  installation: ['template.*', 'sender.*', 'notification.*', 'report.*'],
  custom: ['custom.*'],
} as const;

export type Group = keyof typeof GROUPS;
export const GROUP_NAMES = Object.keys(GROUPS) as Group[];

export interface Chosen {
  isEverything: boolean;
  groups: readonly Group[];
  /** Kinds that no group covers, as they are typed. */
  single: string;
}

/** A group counts when all its kinds are there; what is left stays as it is. */
export function chosenOf(kinds: readonly string[]): Chosen {
  const groups = GROUP_NAMES.filter((group) => GROUPS[group].every((kind) => kinds.includes(kind)));
  const covered: readonly string[] = ['*', ...groups.flatMap((group) => GROUPS[group])];
  return {
    isEverything: kinds.includes('*'),
    groups,
    single: kinds.filter((kind) => !covered.includes(kind)).join(', '),
  };
}

export function kindsOf({ isEverything, groups, single }: Chosen): string[] {
  const typed = single
    .split(/[\s,]+/)
    .map((kind) => kind.trim())
    .filter((kind) => kind !== '');
  const kinds = [...groups.flatMap((group) => GROUPS[group]), ...typed];
  return [...new Set(isEverything ? ['*', ...typed] : kinds)];
}
