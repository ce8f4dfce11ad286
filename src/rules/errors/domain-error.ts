export type ErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'unsupported-media'
  | 'rule'
  | 'rate'
  | 'unavailable';

export interface FieldError {
  field: string;
  message: string;
}

/**
 * A refusal the caller can do something about. `code` is stable and machine-readable; the HTTP filter turns
 * `kind` into a status. Anything else that is thrown is a bug and becomes a 500.
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

/** Another organization's object is as absent as one that never was: both are told in these words. */
export function notFound(what: string, id: string): DomainError {
  return new DomainError('not-found', `${what.replaceAll(' ', '_')}_not_found`, `There is no ${what} ${id}.`);
}
