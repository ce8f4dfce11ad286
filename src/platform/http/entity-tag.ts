import { createHash } from 'node:crypto';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Problems } from './problem-responses.js';
import { invalidFields } from './validation.js';

/**
 * The tag of what a PUT changes of an object, made of these values and not of a time or a counter: two changes within
 * one millisecond have two tags, and neither the counters of a running campaign nor a change that restores the old values
 * invalidates what an editor has read.
 *
 * It is strong, because If-Match compares strongly (RFC 9110, 13.1.1) and a weak tag would match nothing. It is for
 * editors and not for caches: every answer of the API is `no-store`.
 */
export function entityTag(kind: string, id: string, values: unknown): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, id, values]))
    .digest('base64url');
  return `"${digest.slice(0, 27)}"`;
}

const ENTITY_TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const LIST = new RegExp(String.raw`^[ \t]*${ENTITY_TAG}(?:[ \t]*,[ \t]*${ENTITY_TAG})*[ \t]*$`);
const EACH = new RegExp(ENTITY_TAG, 'g');

/** What If-Match asks for. Judged under the lock of the row, just before it is changed. */
export class Precondition {
  private constructor(private readonly tags: readonly string[] | 'any') {}

  static parse(header: string): Precondition {
    if (header.trim() === '*') return new Precondition('any');
    if (LIST.test(header)) return new Precondition(header.match(EACH) ?? []);
    throw invalidFields([
      { field: 'If-Match', message: 'must be * or tags in quotes, as an ETag shows them' },
    ]);
  }

  /** A weak tag never matches. */
  assertMet(current: string): void {
    if (this.tags === 'any' || this.tags.includes(current)) return;
    const detail =
      'It has been changed since you read it. Read it again, and repeat your change with the new ETag.';
    throw new DomainError('precondition', 'precondition_failed', detail);
  }
}

/** The If-Match of the request; undefined when there is none. */
export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext): Precondition | undefined => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
    return header === undefined ? undefined : Precondition.parse(header);
  },
);

export type GiveTag = (tag: string) => void;

/** Sets the ETag of the answer. */
export const AnswerTag = createParamDecorator(
  (_: unknown, context: ExecutionContext): GiveTag =>
    (tag) =>
      void context.switchToHttp().getResponse<FastifyReply>().header('etag', tag),
);

/** For the description of an answer that has a tag. */
export const TAGGED = {
  headers: {
    ETag: {
      description: 'Names the settings as they are; give it as If-Match with the next change',
      schema: { type: 'string', example: '"n4bQgYhMfWWaL-qgxVrQFaO_Txs"' },
    },
  },
} as const;

/** A PUT that takes If-Match. */
export function Conditional(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description:
        'The ETag of what you have read. If the object has changed since, the answer is 412 and nothing is changed',
      schema: { type: 'string' },
    }),
    Problems(412),
  );
}
