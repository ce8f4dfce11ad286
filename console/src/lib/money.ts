/** Amounts are texts, exact to the last digit; for sums they are whole hundredths. */
export type Amount = string;

const AMOUNT = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/;

/** Undefined: this is not an amount. */
export function readCents(text: Amount): bigint | undefined {
  const [, sign, whole, part = ''] = AMOUNT.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const cents = BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
  return sign === '-' ? -cents : cents;
}

export function writeCents(cents: bigint): Amount {
  const size = cents < 0n ? -cents : cents;
  return `${cents < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')}`;
}

export const centsOf = (amount: Amount): bigint => readCents(amount) ?? 0n;

export const minus = (one: Amount, other: Amount): Amount => writeCents(centsOf(one) - centsOf(other));

/**
 * What a person typed, as an amount: `1,234.50`, `1 234,5` and `₹ 1234` are read. Undefined where it could be read in two
 * ways, or in none.
 */
export function typedAmount(text: string): Amount | undefined {
  const bare = text.replace(/[\s\u00a0\u202f'’]|\p{Sc}/gu, '');
  // A comma or a point before one or two digits at the end begins the decimals; before three it groups.
  const [, whole = '', part = ''] = /^(\d[\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(bare) ?? [];
  if (!/^(\d+|\d{1,3}(,\d{2,3})*,\d{3}|\d{1,3}(\.\d{3})+)$/.test(whole)) return undefined;
  const digits = whole.replace(/[.,]/g, '');
  return readCents(`${digits}.${part === '' ? '00' : part}`) === undefined
    ? undefined
    : writeCents(centsOf(`${digits}.${part === '' ? '00' : part}`));
}

const formats = new Map<string, Intl.NumberFormat>();

/** Exact: the text itself is formatted, never a binary fraction. */
export function sayAmount(amount: Amount, currency: string, locale: string): string {
  if (!isNumeric(amount)) return `${amount} ${currency}`;
  const key = `${locale} ${currency}`;
  const format = formats.get(key) ?? formatOf(currency, locale);
  formats.set(key, format);
  return format.format(amount);
}

function formatOf(currency: string, locale: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    ...{
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      trailingZeroDisplay: 'stripIfInteger',
    },
  });
}

function isNumeric(text: string): text is `${number}` {
  return AMOUNT.test(text);
}
