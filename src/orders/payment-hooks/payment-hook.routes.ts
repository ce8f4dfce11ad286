import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemFilter } from '../../platform/http/problem.filter.js';
import { PUBLIC_ROUTE } from '../../platform/http/route-access.js';
import { Logger } from '../../platform/logging/logger.js';
import { type HookProvider, PaymentHooks } from './payment-hooks.service.js';

/** Far more than any event of a gateway has. */
const LARGEST_BODY = 256 * 1_024;

/** The entries for gateways, directly on Fastify: a signature covers the raw bytes, and it is the key. */
@Injectable()
export class PaymentHookRoutes implements OnModuleInit {
  private readonly problems: ProblemFilter;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly hooks: PaymentHooks,
    logger: Logger,
  ) {
    this.problems = new ProblemFilter(logger);
  }

  onModuleInit(): void {
    const fastify = this.http.httpAdapter.getInstance<FastifyInstance>();
    // A separate scope: the parsers of the other routes stay unchanged.
    void fastify.register((scope, _, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => {
        parsed(null, body);
      });
      scope.setErrorHandler((error, request, reply) => {
        this.problems.answer(error, request, reply);
      });
      const options = { bodyLimit: LARGEST_BODY, config: { ...PUBLIC_ROUTE, readsAnyType: true } };
      for (const provider of ['razorpay', 'payu'] as const) {
        scope.post(`/api/webhooks/${provider}/:accountId`, options, (request, reply) =>
          this.receive(provider, request, reply),
        );
      }
      done();
    });
  }

  private async receive(provider: HookProvider, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { accountId } = request.params as { accountId: string };
    await this.hooks.accept(provider, accountId, {
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      signature: request.headers['x-razorpay-signature'],
      eventId: request.headers['x-razorpay-event-id'],
    });
    await reply.code(200).send();
  }
}
