import { DomainError } from './domain-error.js';

/** `status` is unknown when the id belongs to an import that the caller must not know of. */
export function importExists(id: string, status: string | undefined): DomainError {
  const detail =
    status === undefined
      ? `The id ${id} is taken. Choose another one.`
      : `There is an import ${id} already. It is ${status}.`;
  return new DomainError('conflict', 'import_exists', detail);
}
