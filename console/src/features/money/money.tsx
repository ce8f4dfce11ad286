import { sayAmount, type Amount } from '../../lib/money.ts';
import { useText } from '../../ui/language/language.tsx';

/** An amount reads from left to right in every language. */
export function Money({ amount, currency }: { amount: Amount; currency: string }) {
  return <bdi>{sayAmount(amount, currency, useText().locale)}</bdi>;
}

export function useSayAmount(currency: string): (amount: Amount) => string {
  const { locale } = useText();
  return (amount) => sayAmount(amount, currency, locale);
}
