import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, concatMap, from, type Observable, of } from 'rxjs';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { refusalOfError } from '../../platform/http/refusal-of-error.js';
import { SENSITIVE_READ } from '../../platform/http/route-access.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { completeAuditEntry, insertAuditEntry } from './audit.queries.js';

/**
 * Records who does what before it is done, and the outcome afterwards. No write can happen without its entry,
 * whatever crashes; an entry without a status belongs to a process that died in the middle.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { principal } = request;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const audited =
      !reads || this.reflector.get<boolean | undefined>(SENSITIVE_READ, context.getHandler()) === true;
    if (principal === undefined || !audited) return next.handle();

    const { organizationId, keyId, userId } = principal;
    const id = uuidV7();
    await insertAuditEntry(this.database.manager, {
      id,
      organizationId,
      keyId,
      userId,
      action: `${request.method} ${request.routeOptions.url ?? request.url}`.slice(0, 200),
      objectId:
        Object.values((request.params ?? {}) as Record<string, string>)
          .at(-1)
          ?.slice(0, 200) ?? null,
      requestId: request.id,
      ip: request.ip,
      at: this.clock.now(),
    });
    const complete = (status: number, objectId: string | null): Promise<void> =>
      completeAuditEntry(this.database.manager, organizationId, id, { status, objectId });

    return next.handle().pipe(
      concatMap((body: unknown) =>
        from(complete(http.getResponse<FastifyReply>().statusCode, idOf(body)).then(() => body)),
      ),
      catchError((error: unknown) =>
        from(complete(refusalOfError(error)?.status ?? 500, null)).pipe(
          // The caller's response matters more than the outcome in the entry; the entry itself exists.
          catchError(() => of(undefined)),
          concatMap(() => {
            throw error;
          }),
        ),
      ),
    );
  }
}

function idOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('id' in body)) return null;
  return typeof body.id === 'string' ? body.id : null;
}
