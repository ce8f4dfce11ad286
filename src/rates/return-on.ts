import { decimal, fraction } from './fraction.js';

export type NoReturn = 'cost_unknown' | 'cost_is_zero' | 'currencies_differ';

export interface ReturnOn {
  /** (revenue - cost) / cost. */
  roi: number | null;
  /** revenue / cost. */
  roas: number | null;
  because: NoReturn | null;
}

const SCALE = 1_000_000n;

/** Revenue is by currency; what was earned in another currency than the one that was paid cannot be compared. */
export function returnOn(
  revenue: Readonly<Record<string, string>>,
  cost: { amount: string | null; currency: string | null } | undefined,
): ReturnOn {
  const none = (because: NoReturn): ReturnOn => ({ roi: null, roas: null, because });
  const { amount = null, currency = null } = cost ?? {};
  if (amount === null || currency === null) return none('cost_unknown');
  const paid = centsOf(amount);
  if (paid === 0n) return none('cost_is_zero');
  if (Object.entries(revenue).some(([one, sum]) => one !== currency && centsOf(sum) !== 0n))
    return none('currencies_differ');
  const earned = centsOf(revenue[currency] ?? '0.00');
  const ratio = (cents: bigint): number => Number(decimal(fraction(cents * SCALE, paid), 6));
  return { roi: ratio(earned - paid), roas: ratio(earned), because: null };
}

function centsOf(amount: string): bigint {
  const [units = '0', decimals = ''] = amount.replace('-', '').split('.');
  const size = BigInt(units) * 100n + BigInt(decimals.padEnd(2, '0').slice(0, 2));
  return amount.startsWith('-') ? -size : size;
}
