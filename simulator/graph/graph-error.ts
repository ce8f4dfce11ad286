import { randomBytes } from 'node:crypto';
import { graphErrorKind } from './graph-error-catalog.js';

interface GraphErrorExtras {
  /** Replaces the catalogue's text after `(#code)`. */
  message?: string;
  /** Printed as it is, without `(#code)` in front, as Graph does for tokens and objects. */
  plain?: { message: string; type: string };
  status?: number;
  subcode?: number;
  /** Only sending answers carry `error_data.messaging_product`. */
  messaging?: boolean;
  headers?: Record<string, string>;
}

/** An error in Graph's own words: the HTTP answer with `{"error": {...}}`. */
export class GraphError extends Error {
  readonly status: number;
  readonly details: string | undefined;
  readonly extras: GraphErrorExtras;

  constructor(
    readonly code: number,
    details?: string,
    extras: GraphErrorExtras = {},
  ) {
    const kind = graphErrorKind(code);
    super(`(#${code}) ${extras.message ?? kind.title}`);
    this.status = extras.status ?? kind.status;
    this.details = details;
    this.extras = extras;
  }
}

export function errorAnswer(error: GraphError): string {
  const { plain, subcode, messaging = true } = error.extras;
  return JSON.stringify({
    error: {
      message: plain?.message ?? error.message,
      type: plain?.type ?? 'OAuthException',
      code: error.code,
      ...(error.details === undefined
        ? {}
        : {
            error_data: { ...(messaging ? { messaging_product: 'whatsapp' } : {}), details: error.details },
          }),
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      fbtrace_id: `A${randomBytes(16).toString('base64url')}`,
    },
  });
}

export function missingParameter(name: string): GraphError {
  return new GraphError(100, undefined, { message: `The parameter ${name} is required.` });
}

export function invalidParameter(details: string): GraphError {
  return new GraphError(100, details);
}

/** Graph's wording for an id that it does not know, or that it knows and will not show. */
export function unknownObject(method: string, id: string): GraphError {
  return new GraphError(100, undefined, {
    plain: {
      message: `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
      type: 'GraphMethodException',
    },
    subcode: 33,
  });
}

export function unknownField(field: string, nodeType: string): GraphError {
  return new GraphError(100, undefined, {
    message: `Tried accessing nonexisting field (${field}) on node type (${nodeType})`,
  });
}
