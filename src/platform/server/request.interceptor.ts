import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import { Idempotency, type RunningRequest } from '../idempotency/idempotency.service.js';
import { type RequestContext, runInContext } from '../request-context.js';
import { unstorable, unstorableInTurns } from '../database/storable-text.js';
import { comesAsUpload, openUpload } from '../http/upload.js';
import { invalidFields } from '../http/validation.js';

declare module 'fastify' {
  interface FastifyRequest {
    running?: RunningRequest;
  }
}

/** The frame around every handler: the context of the request, and for a POST its idempotency key. */
@Injectable()
export class RequestInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: Idempotency) {}

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    // On public routes too: a stranger signs in with a body.
    const problem = (await unstorableInTurns(request.body)) ?? unstorable(request.query);
    if (problem !== undefined) throw invalidFields([problem]);
    if (comesAsUpload(request)) request.upload = await openUpload(request);
    const context: RequestContext = { requestId: request.id, committed: false };
    const key = request.headers['idempotency-key'];
    if (request.method === 'POST' && request.principal !== undefined && typeof key === 'string') {
      request.running = await this.idempotency.begin(request.principal.organizationId, key, request, context);
    }
    return new Observable((subscriber) => runInContext(context, () => next.handle().subscribe(subscriber)));
  }
}
