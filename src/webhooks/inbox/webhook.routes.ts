import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { ProblemFilter } from '../../platform/http/problem.filter.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { answerHandshake } from '../../whatsapp/parsing/verify-signature.js';
import { WebhookInbox } from './webhook-inbox.service.js';
import { WebhookMetrics } from './webhook-metrics.service.js';
import { WEBHOOK_PATH } from './webhook-paths.js';
import { WebhookSecrets } from './webhook-secrets.service.js';

/**
 * Meta's way in, straight on Fastify: the signature is over the bytes, which Nest would have parsed already, and
 * nothing that stands around our own routes (keys, audit, idempotency, validation) has any business here. The
 * signature is the key.
 */
@Injectable()
export class WebhookRoutes implements OnModuleInit {
  private readonly problems: ProblemFilter;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly secrets: WebhookSecrets,
    private readonly inbox: WebhookInbox,
    private readonly metrics: WebhookMetrics,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.problems = new ProblemFilter(logger);
  }

  onModuleInit(): void {
    const fastify = this.http.httpAdapter.getInstance<FastifyInstance>();
    // A scope of its own: the parsers of the other routes stay as they are.
    void fastify.register((scope, _, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => {
        parsed(null, body);
      });
      scope.setErrorHandler((error, request, reply) => {
        this.problems.answer(error, request, reply);
      });
      scope.get(WEBHOOK_PATH, (request, reply) => this.verify(request, reply));
      scope.post(WEBHOOK_PATH, (request, reply) => this.receive(request, reply));
      done();
    });
  }

  private async verify(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = request.query as Record<string, unknown>;
    const challenge = answerHandshake(query, this.config.whatsapp.verifyToken ?? '');
    if (challenge === null) {
      const detail = 'The verify token is not the one in WHATSAPP_VERIFY_TOKEN.';
      throw new DomainError('forbidden', 'verify_token_wrong', detail);
    }
    await reply.type('text/plain; charset=utf-8').header('x-content-type-options', 'nosniff').send(challenge);
  }

  private async receive(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signedWith = await this.secrets.signerOf(body, request.headers['x-hub-signature-256']);
    if (signedWith === undefined) {
      this.metrics.requests.inc({ outcome: 'refused' });
      const detail =
        'X-Hub-Signature-256 is missing, or was not made over this body with a known app secret.';
      throw new DomainError('unauthorized', 'signature_invalid', detail);
    }
    await this.inbox.accept(body, signedWith);
    await reply.code(200).send();
  }
}
