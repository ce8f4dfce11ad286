export type ErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition'
  | 'too-large'
  | 'unsupported-media'
  | 'rule'
  | 'rate'
  | 'bad-gateway'
  | 'unavailable';

export interface FieldError {
  field: string;
  message: string;
}

/**
 * An error that the caller can act on. `code` is stable and machine-readable; the HTTP filter maps `kind` to a
 * status. Anything else that is thrown is a bug and becomes a 500.
 */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    detail: string,
    readonly extra: { errors?: FieldError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = 'DomainError';
  }
}

/** An object of another organization and one that never existed get the same answer. */
export function notFound(what: string, id: string): DomainError {
  return new DomainError('not-found', `${what.replaceAll(' ', '_')}_not_found`, `There is no ${what} ${id}.`);
}
