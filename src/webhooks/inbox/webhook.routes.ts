import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WhatsappSettings } from '../../whatsapp/whatsapp-settings.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { ProblemFilter } from '../../platform/http/problem.filter.js';
import { PUBLIC_ROUTE } from '../../platform/http/route-access.js';
import { Logger } from '../../platform/logging/logger.js';
import { answerHandshake } from '../../whatsapp/parsing/verify-signature.js';
import { WebhookInbox } from './webhook-inbox.service.js';
import { WebhookMetrics } from './webhook-metrics.service.js';
import { WEBHOOK_PATH } from './webhook-paths.js';
import { WebhookSecrets } from './webhook-secrets.service.js';

/**
 * The entry for Meta, directly on Fastify: the signature covers the raw bytes, which Nest would have parsed already,
 * and nothing that surrounds our own routes (keys, audit, idempotency, validation) applies here. The signature is the
 * key.
 */
@Injectable()
export class WebhookRoutes implements OnModuleInit {
  private readonly problems: ProblemFilter;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly secrets: WebhookSecrets,
    private readonly inbox: WebhookInbox,
    private readonly metrics: WebhookMetrics,
    private readonly whatsapp: WhatsappSettings,
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
      scope.get(WEBHOOK_PATH, { config: PUBLIC_ROUTE }, (request, reply) => this.verify(request, reply));
      scope.post(WEBHOOK_PATH, { config: { ...PUBLIC_ROUTE, readsAnyType: true } }, (request, reply) =>
        this.receive(request, reply),
      );
      done();
    });
  }

  private async verify(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = request.query as Record<string, unknown>;
    const challenge = answerHandshake(query, this.whatsapp.verifyToken ?? '');
    if (challenge === null) {
      const detail = 'hub.verify_token does not match WHATSAPP_VERIFY_TOKEN.';
      throw new DomainError('forbidden', 'verify_token_wrong', detail);
    }
    await reply.type('text/plain; charset=utf-8').header('x-content-type-options', 'nosniff').send(challenge);
  }

  private async receive(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signedWith = await this.secrets.signerOf(body, request.headers['x-hub-signature-256']);
    if (signedWith === undefined) {
      this.metrics.requests.inc({ outcome: 'refused' });
      const detail = 'X-Hub-Signature-256 is missing, or does not sign this body with a known app secret.';
      throw new DomainError('unauthorized', 'signature_invalid', detail);
    }
    await this.inbox.accept(body, signedWith);
    await reply.code(200).send();
  }
}
