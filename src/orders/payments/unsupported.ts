import { DomainError } from '../../rules/errors/domain-error.js';

/** This way to pay is not for this order. */
export function unsupported(detail: string): DomainError {
  return new DomainError('rule', 'payments_unsupported', detail);
}
