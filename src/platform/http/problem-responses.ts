import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `errors` names the fields',
  401: 'No key, or one that is not valid',
  403: 'The key lacks the scope',
  404: 'There is no such object in your organization',
  409: 'Not possible in the present state, or the idempotency key is in use',
  412: 'The object is no longer the one that If-Match names: read it again',
  413: 'The body is too large',
  415: 'The content type is not supported',
  422: 'A rule is broken, or the idempotency key was used with another request',
  429: 'Too many requests; see Retry-After',
  502: 'Meta refused the call; `detail` has its code and words',
  503: 'Not available right now; see Retry-After',
};

export function problemResponse(status: number) {
  return {
    description: MEANINGS[status] ?? 'Refused',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } } },
  };
}

/**
 * The errors that are specific to a route; those that every route of its kind can return are added to the whole
 * document.
 */
export function Problems(...statuses: number[]): MethodDecorator & ClassDecorator {
  return applyDecorators(...statuses.map((status) => ApiResponse({ status, ...problemResponse(status) })));
}
