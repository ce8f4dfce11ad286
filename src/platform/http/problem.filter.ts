import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { problemOf } from './problem.js';
import { refusalOfError } from './refusal-of-error.js';
import { StoredAnswer } from './stored-answer.js';

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) {
      // A stream broke halfway. The status is long sent; only closing the connection can still say so.
      this.logger.error({ err: error, requestId: request.id }, 'response stream broke off');
      reply.raw.destroy();
      return;
    }
    if (error instanceof StoredAnswer) {
      error.sendTo(reply);
      return;
    }
    let refusal = refusalOfError(error);
    if (refusal === undefined) {
      this.logger.error(
        { err: error, requestId: request.id, route: request.routeOptions.url },
        'unexpected error',
      );
      const detail = 'The request could not be carried out. The request id leads to the reason in the log.';
      refusal = { status: 500, code: 'internal_error', detail };
    }
    if (refusal.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(refusal.retryAfterSeconds));
    if (refusal.status === 401) void reply.header('www-authenticate', 'Bearer realm="drumbeat"');
    const path = request.url.split('?', 1)[0] ?? '/';
    void reply
      .code(refusal.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemOf(refusal, { path, id: request.id })));
  }
}
