import { DomainError } from '../../rules/errors/domain-error.js';

export function invalidGroup(known: readonly string[]): DomainError {
  const message = `must be some of ${known.join(', ')}, with commas between them`;
  return new DomainError('invalid', 'invalid_request', `by ${message}.`, {
    errors: [{ field: 'by', message }],
  });
}
