import type { DomainError, ErrorKind, FieldError } from '../../rules/errors/domain-error.js';

/** RFC 9457. `type` is stable and made for machines, `detail` is made for people. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  requestId: string;
  errors?: FieldError[];
}

export const STATUS_OF: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  precondition: 412,
  'too-large': 413,
  'unsupported-media': 415,
  rule: 422,
  rate: 429,
  'bad-gateway': 502,
  unavailable: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'A valid key is needed',
  403: 'This key may not do that',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'The request took too long',
  409: 'Not possible in the present state',
  412: 'The object has changed since it was read',
  413: 'The request is too large',
  415: 'The media type is not supported',
  422: 'A rule is broken',
  429: 'Too many requests',
  500: 'Something went wrong on our side',
  502: 'The service behind us refused',
  503: 'Not available right now',
};

export interface Refusal {
  status: number;
  code: string;
  detail: string;
  errors?: FieldError[];
  retryAfterSeconds?: number;
}

export function refusalOf(error: DomainError): Refusal {
  return { status: STATUS_OF[error.kind], code: error.code, detail: error.message, ...error.extra };
}

export function problemOf(refusal: Refusal, request: { path: string; id: string }): Problem {
  return {
    type: `urn:drumbeat:problem:${refusal.code}`,
    title: TITLES[refusal.status] ?? 'The request failed',
    status: refusal.status,
    detail: refusal.detail,
    instance: request.path,
    requestId: request.id,
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
  };
}
