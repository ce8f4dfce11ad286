import { GraphError } from '../graph/graph-error.js';
import type { CatalogErrorRule } from '../scenario/scenario.js';
import type { ScenarioBook } from '../scenario/scenario-book.js';
import type { Catalog } from './catalogs.js';

export const CATALOG_CALLS = ['items_batch', 'check', 'products', 'item', 'any'] as const;
export type CatalogCall = Exclude<(typeof CATALOG_CALLS)[number], 'any'>;

/** Ends a request without an answer, whether or not it took effect. */
export class ConnectionCut extends Error {}

/** What goes wrong with catalogs, as the scenario says: each rule a number of times, then no more. */
export class CatalogFaults {
  private readonly hits = new WeakMap<CatalogErrorRule, number>();

  constructor(private readonly book: ScenarioBook) {}

  /** Refuses the call, or cuts it off before it takes effect. */
  before(call: CatalogCall, catalog: Catalog): void {
    const cut = this.strike(call, ({ kind }) => kind === 'cut-before');
    if (cut !== undefined) throw new ConnectionCut();
    const refusal = this.strike(call, ({ kind }) => kind === 'code');
    if (refusal !== undefined) throw refused(refusal, catalog);
  }

  /** Loses the answer to a call that has taken effect. */
  after(call: CatalogCall): void {
    if (this.strike(call, ({ kind }) => kind === 'cut-after') !== undefined) throw new ConnectionCut();
  }

  takesNothing(): boolean {
    return this.strike('items_batch', ({ kind }) => kind === 'empty-handles') !== undefined;
  }

  neverFinishes(): boolean {
    return this.strike('items_batch', ({ kind }) => kind === 'never-finished') !== undefined;
  }

  /** Why this item is rejected when its batch runs. */
  rejection(retailerId: string): string | undefined {
    const rule = this.strike(
      'items_batch',
      ({ kind, skus }) =>
        kind === 'reject' && (skus.length === 0 || skus.some((sku) => matches(sku, retailerId))),
    );
    return rule === undefined
      ? undefined
      : (rule.message ?? `Item ${retailerId} was rejected by the scenario.`);
  }

  private strike(
    call: CatalogCall,
    isMeant: (rule: CatalogErrorRule) => boolean,
  ): CatalogErrorRule | undefined {
    for (const rule of this.book.current.catalogErrors) {
      const hits = this.hits.get(rule) ?? 0;
      const concerns = rule.call === 'any' || rule.call === call;
      if (!concerns || !isMeant(rule) || (rule.times !== null && hits >= rule.times)) continue;
      this.hits.set(rule, hits + 1);
      return rule;
    }
    return undefined;
  }
}

/** `A*` is a prefix. */
export function matches(pattern: string, retailerId: string): boolean {
  return pattern.endsWith('*') ? retailerId.startsWith(pattern.slice(0, -1)) : retailerId === pattern;
}

function refused({ code, minutes, message }: CatalogErrorRule, catalog: Catalog): GraphError {
  const isThrottle = [4, 17, 32, 613, 80_008, 80_009, 80_014].includes(code);
  return new GraphError(code, message ?? undefined, {
    messaging: false,
    ...(isThrottle ? { headers: { 'x-business-use-case-usage': usageHeader(catalog, minutes) } } : {}),
  });
}

function usageHeader({ id }: Catalog, minutes: number): string {
  const usage = {
    type: 'ads_management',
    call_count: 100,
    total_cputime: 20,
    total_time: 25,
    estimated_time_to_regain_access: minutes,
  };
  return JSON.stringify({ [id]: [usage] });
}
