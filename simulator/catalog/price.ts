/** Currencies that Meta counts in whole units; all others, including three-decimal ones, in hundredths. */
const WHOLE_UNITS = new Set(['CLP', 'COP', 'CRC', 'HUF', 'ISK', 'IDR', 'JPY', 'KRW', 'PYG', 'TWD', 'VND']);

export interface Price {
  /** In Meta's smallest unit. */
  minor: number;
  currency: string;
}

function decimalsOf(currency: string): number {
  return WHOLE_UNITS.has(currency) ? 0 : 2;
}

/** `45000.00 INR`, the only form a batch accepts. */
export function parseBatchPrice(text: string): Price | undefined {
  const [, whole, fraction = '', currency] = /^(\d{1,12})(?:\.(\d+))? ([A-Z]{3})$/.exec(text) ?? [];
  if (whole === undefined || currency === undefined) return undefined;
  const decimals = decimalsOf(currency);
  return { minor: Number(whole + fraction.padEnd(decimals, '0').slice(0, decimals)), currency };
}

/** The price as the node shows it: for people, with symbol and separators. */
export function displayPrice({ minor, currency }: Price): string {
  const decimals = decimalsOf(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(minor / 10 ** decimals);
}

/** The price as an order carries it: a number of major units. */
export function majorUnits({ minor, currency }: Price): number {
  return minor / 10 ** decimalsOf(currency);
}
