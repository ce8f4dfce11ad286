import { DomainError } from '../errors/domain-error.js';
import { type Cents, formatMoney } from './money.js';

const KNOWN = new Set(Intl.supportedValuesOf('currency'));

type Table = 'iso' | 'meta';

/**
 * Currencies without decimals: in ISO 4217, in Meta's catalogue, which has a table of its own, or in both. Every other
 * currency is written with two: Meta keeps two of BHD and JOD, and gateways want the third one of KWD to be 0.
 */
const WITHOUT_DECIMALS: Readonly<Record<Table, ReadonlySet<string>>> = {
  iso: new Set('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ')),
  meta: new Set('CLP COP CRC HUF IDR ISK JPY KRW PYG TWD VND'.split(' ')),
};

const WITH_THREE_DECIMALS = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

/** ISO 4217, as the runtime knows it. */
export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

/** How many decimals a price may have, so that nothing is rounded on its way to Meta or a gateway. */
export function decimalsOf(currency: string): 0 | 2 {
  return WITHOUT_DECIMALS.iso.has(currency) ? 0 : decimalsAtMeta(currency);
}

/** How many decimals gateways count in, which is ISO 4217: the runtime's own table is that of what people write. */
export function decimalsInIso(currency: string): 0 | 2 | 3 {
  if (WITHOUT_DECIMALS.iso.has(currency)) return 0;
  return WITH_THREE_DECIMALS.has(currency) ? 3 : 2;
}

/** How many decimals Meta's catalogue counts in. */
export function decimalsAtMeta(currency: string): 0 | 2 {
  return WITHOUT_DECIMALS.meta.has(currency) ? 0 : 2;
}

/** The smallest amount of a currency, in hundredths. */
export function unitOf(currency: string): Cents {
  return decimalsOf(currency) === 0 ? 100n : 1n;
}

export function assertDecimals(amount: Cents, currency: string): void {
  if (amount % unitOf(currency) === 0n) return;
  throw new DomainError(
    'invalid',
    'bad_amount',
    `${currency} has no decimals, but ${formatMoney(amount)} has. Give a whole amount.`,
  );
}
