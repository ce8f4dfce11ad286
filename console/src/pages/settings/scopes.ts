/** What a key may do, area by area, as it is chosen and as it is said. */
export const AREAS = [
  'campaigns',
  'messages',
  'customers',
  'catalog',
  'orders',
  'webhooks',
  'events',
  'admin',
] as const;
export type Area = (typeof AREAS)[number];
export type Level = 'none' | 'read' | 'write';
export type Levels = Readonly<Record<Area, Level>>;

/** Areas that are not looked at, only acted in. */
export const isOnlyWrite = (area: Area): area is 'events' | 'admin' => area === 'events' || area === 'admin';

export const NOTHING: Levels = {
  ...{ campaigns: 'none', messages: 'none', customers: 'none', catalog: 'none' },
  ...{ orders: 'none', webhooks: 'none', events: 'none', admin: 'none' },
};

export function scopesOf(levels: Levels): string[] {
  return AREAS.flatMap((area) => {
    const level = levels[area];
    if (level === 'none') return [];
    if (area === 'admin') return ['admin'];
    if (area === 'events') return ['events:write'];
    return [level === 'read' ? `${area}:read` : `${area}:*`];
  });
}

export interface Saying {
  area: Area;
  kind: 'read' | 'write' | 'all';
}

/** The scopes of a key by area; `everything` for the one that covers them all. Unknown ones stay as they are. */
export function sayingsOf(scopes: readonly string[]): 'everything' | { known: Saying[]; unknown: string[] } {
  if (scopes.includes('*')) return 'everything';
  const known = AREAS.flatMap((area): Saying[] => {
    const of = scopes.filter((scope) => scope === area || scope.startsWith(`${area}:`));
    if (of.length === 0) return [];
    const all = of.includes(`${area}:*`) || of.includes(area) || of.length > 1;
    return [{ area, kind: all ? 'all' : of.includes(`${area}:read`) ? 'read' : 'write' }];
  });
  const areas = new Set<string>(AREAS);
  return { known, unknown: scopes.filter((scope) => !areas.has(scope.split(':', 1)[0] ?? '')) };
}
