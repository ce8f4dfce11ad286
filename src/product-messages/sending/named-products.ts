import { type Sellable, whyUnsendable } from '../../catalog/sellables/sellable.js';
import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';

/** A product as the caller named it, and where. */
export interface NamedProduct {
  field: string;
  reference: string;
}

/** The sellables behind the names, in their order. Refuses all of them when one is unknown or cannot be sent. */
export function sendableProducts(
  named: readonly NamedProduct[],
  found: ReadonlyMap<string, Sellable>,
): Sellable[] {
  const unknown = named.filter(({ reference }) => !found.has(reference));
  if (unknown.length > 0) throw notInCatalog('product', unknown);
  const sellables = named.flatMap(({ reference }) => found.get(reference) ?? []);
  const refused = named.flatMap(({ field }, place) => {
    const one = sellables[place];
    const why = one === undefined ? null : whyUnsendable(one);
    return one === undefined || why === null ? [] : [{ field, one, why }];
  });
  if (refused.length === 0) return sellables;
  const errors = refused.map(({ field, one, why }) => ({
    field,
    message: `${one.sku} (${one.name}) ${why.message}`,
  }));
  const needsVariant = refused.some(({ why }) => why.reason === 'variant_needed');
  throw new DomainError('rule', needsVariant ? 'variant_needed' : 'product_not_sendable', detailOf(errors), {
    errors,
  });
}

export function notInCatalog(what: 'product' | 'variant', unknown: readonly NamedProduct[]): DomainError {
  const errors = unknown.map(({ field, reference }) => ({
    field,
    message: `there is no ${what} ${reference} in this catalog`,
  }));
  return new DomainError('not-found', `${what}_not_found`, detailOf(errors), { errors });
}

function detailOf(errors: readonly FieldError[]): string {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return first === undefined ? 'It cannot be sent.' : `${first.field}: ${first.message}${more}`;
}
