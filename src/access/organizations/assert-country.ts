import { isSupportedCountry } from 'libphonenumber-js/max';
import { DomainError } from '../../rules/errors/domain-error.js';

export function assertCountry(defaultCountry: string): void {
  if (isSupportedCountry(defaultCountry)) return;
  const message = 'is not the code of a country with telephone numbers';
  throw new DomainError('invalid', 'invalid_request', `defaultCountry: ${message}`, {
    errors: [{ field: 'defaultCountry', message }],
  });
}
