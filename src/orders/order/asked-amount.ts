import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { assertDecimals } from '../../rules/money/currency.js';
import { type Cents, parseMoney } from '../../rules/money/money.js';

/** An amount of a request, which must be payable in the currency of the order. */
export function readAmount(field: string, said: string | number, currency: string): Cents {
  try {
    const amount = parseMoney(said);
    assertDecimals(amount, currency);
    return amount;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw invalidFields([{ field, message: error.message }]);
  }
}
