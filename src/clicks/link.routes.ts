import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ClickInbox } from '../links/click-inbox.service.js';
import { type LinkTarget, NO_UNIT } from '../links/link-token.js';
import { LinkTokens } from '../links/link-tokens.service.js';
import type { TrackedLink } from '../links/tracked-links.service.js';
import { Clock } from '../platform/clock/clock.js';
import { ProblemFilter } from '../platform/http/problem.filter.js';
import { PUBLIC_ROUTE } from '../platform/http/route-access.js';
import { Logger } from '../platform/logging/logger.js';
import { RefusalLimit } from '../platform/server/refusal-limit.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import { classOfHit, deviceOf } from './class-of-hit.js';
import { Destinations, UnknownDestination } from './destinations.service.js';
import { LINK_PATH } from './link-paths.js';
import { GONE_PAGE, LATER_PAGE, NOT_FOUND_PAGE } from './plain-page.js';

const PER_MINUTE = 600;
const ADDRESSES = 50_000;
const RETRY_SECONDS = 2;

/**
 * Leads people on. Directly on Fastify, because nothing that surrounds our own routes applies to them: they have no key,
 * and what they open comes from our own table alone. Counting happens beside the answer and never holds it up.
 */
@Injectable()
export class LinkRoutes implements OnModuleInit {
  private readonly problems: ProblemFilter;
  private readonly limit = new RefusalLimit({ perMinute: PER_MINUTE, addresses: ADDRESSES });

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly tokens: LinkTokens,
    private readonly destinations: Destinations,
    private readonly inbox: ClickInbox,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.problems = new ProblemFilter(logger);
  }

  onModuleInit(): void {
    const fastify = this.http.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope, _, done) => {
      scope.setErrorHandler((error, request, reply) => {
        this.problems.answer(error, request, reply);
      });
      scope.route({
        method: ['GET', 'HEAD'],
        url: LINK_PATH,
        config: PUBLIC_ROUTE,
        handler: (request, reply) => this.open(request, reply),
      });
      done();
    });
  }

  private async open(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const retryAfterSeconds = this.limit.take(request.ip);
    if (retryAfterSeconds !== undefined) {
      const detail = 'Too many links were opened from this address within a minute.';
      throw new DomainError('rate', 'link_rate', detail, { retryAfterSeconds });
    }
    void reply.headers({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'strict-origin-when-cross-origin',
    });
    const target = this.tokens.read((request.params as { token: string }).token);
    if (target === undefined) {
      await show(reply, 404, NOT_FOUND_PAGE);
      return;
    }
    try {
      const link = await this.destinations.find(target.number);
      if (link === null) {
        await show(reply, 410, GONE_PAGE);
        return;
      }
      const address = await this.destinations.addressOf(link, target);
      void reply.code(302).header('location', address);
      this.count(request, link, target);
      await reply.send();
    } catch (error) {
      if (!(error instanceof UnknownDestination)) throw error;
      void reply.header('retry-after', String(RETRY_SECONDS));
      await show(reply, 503, LATER_PAGE);
    }
  }

  private count({ method, headers }: FastifyRequest, link: TrackedLink, { unit }: LinkTarget): void {
    // A look at a preview or a test.
    if (unit === NO_UNIT) return;
    const text = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const isRecipient = link.ownerKind === 'campaign';
    this.inbox.add({
      id: uuidV7(),
      linkNumber: link.number,
      recipientId: isRecipient ? unit : null,
      messageId: isRecipient ? null : unit,
      at: this.clock.now(),
      class: classOfHit({
        method,
        agent: text('user-agent'),
        purpose: text('sec-purpose') ?? text('purpose'),
      }),
      device: deviceOf(text('user-agent')),
      isPrivate: text('sec-gpc') === '1',
    });
  }
}

async function show(reply: FastifyReply, status: number, page: string): Promise<void> {
  await reply.code(status).type('text/html; charset=utf-8').send(page);
}
