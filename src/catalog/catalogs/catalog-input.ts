import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';
import { isCurrency } from '../../rules/money/currency.js';
import { formatMoney, parseMoney } from '../../rules/money/money.js';
import type { ConflictPolicy } from './conflict-policy.js';
import { webAddressProblem } from './web-address.js';

export interface CatalogInput {
  name?: string;
  description?: string | null;
  currency?: string;
  senderId?: string | null;
  metaCatalogId?: string | null;
  isActive?: boolean;
  isPublic?: boolean;
  autoSync?: boolean;
  businessCategoryId?: string | null;
  defaultImageUrl?: string | null;
  defaultBrand?: string | null;
  websiteUrl?: string | null;
  taxPercent?: string | number;
  pricesIncludeTax?: boolean;
  conflictPolicy?: ConflictPolicy;
  honourShownPricePercent?: string | number;
}

type Percents = { taxPercent?: string; honourShownPricePercent?: string };
export type CatalogChanges = Omit<CatalogInput, keyof Percents> & Percents;

const MAX_PERCENT = 100_00n;

/** The stored form of what was given, and what is wrong with it. */
export function readCatalog(input: CatalogInput): { changes: CatalogChanges; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const { taxPercent, honourShownPricePercent, ...plain } = input;
  const changes: CatalogChanges = { ...plain };
  if (input.name?.trim() === '') errors.push({ field: 'name', message: 'must not be empty' });
  if (input.currency !== undefined && !isCurrency(input.currency)) {
    errors.push({ field: 'currency', message: 'must be a currency code of ISO 4217, as in INR' });
  }
  for (const [field, percent] of Object.entries({ taxPercent, honourShownPricePercent })) {
    if (percent === undefined) continue;
    try {
      changes[field as keyof Percents] = formatMoney(parseMoney(percent, { max: MAX_PERCENT }));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      errors.push({ field, message: 'must be from 0 to 100 with at most 2 decimals' });
    }
  }
  for (const field of ['defaultImageUrl', 'websiteUrl'] as const) {
    const problem = problemOfUrl(input[field]);
    if (problem !== undefined) errors.push({ field, message: problem });
  }
  return { changes, errors };
}

function problemOfUrl(text: string | null | undefined): string | undefined {
  if (text === undefined || text === null) return undefined;
  return webAddressProblem(text);
}
