/** An exact number of millionths, which is what prices are written in; a share of a price may be no whole number. */
export interface Fraction {
  over: bigint;
  under: bigint;
}

const MILLION = 1_000_000n;
export const ZERO: Fraction = { over: 0n, under: 1n };

export function fraction(over: bigint, under = 1n): Fraction {
  const divisor = greatestDivisor(over, under);
  return divisor === 0n ? ZERO : { over: over / divisor, under: under / divisor };
}

export function add(a: Fraction, b: Fraction): Fraction {
  return fraction(a.over * b.under + b.over * a.under, a.under * b.under);
}

export function divide(a: Fraction, by: bigint): Fraction {
  return fraction(a.over, a.under * by);
}

/** `0.01` is 10,000 millionths. The columns hold six decimals. */
export function parsePrice(text: string): bigint | undefined {
  const [, units, decimals = ''] = /^(\d{1,6})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  return units === undefined ? undefined : BigInt(units) * MILLION + BigInt(decimals.padEnd(6, '0'));
}

/** Half a unit of the last place goes up. */
export function decimal({ over, under }: Fraction, decimals: number): string {
  const scale = 10n ** BigInt(decimals);
  const size = (over < 0n ? -over : over) * scale;
  const rounded = (2n * size + under * MILLION) / (2n * under * MILLION);
  const digits = rounded.toString().padStart(decimals + 1, '0');
  const text = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return over < 0n && rounded > 0n ? `-${text}` : text;
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
