import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isOwnKind, scopesOf, selectionOf } from '../../events/event-kinds.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Principal } from '../../platform/http/principal.js';
import { assertScope } from '../../platform/http/route-access.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { type WebhookEndpoint, WebhookEndpoints } from '../endpoints/webhook-endpoints.service.js';
import * as queries from './deliveries.queries.js';
import type { WebhookBody } from './webhook-message.js';

/** In one transaction: the sender notes results on the same rows and must not wait long. */
const REPLAY_BITE = 2_000;

/** Exactly one of them. */
export interface ReplayRequest {
  since?: Date | undefined;
  failed?: boolean | undefined;
  messageId?: string | undefined;
}

/** What was sent to an endpoint, and sending it again. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly database: Database,
    private readonly endpoints: WebhookEndpoints,
    private readonly clock: Clock,
  ) {}

  async list(
    organizationId: string,
    endpointId: string,
    place: queries.DeliveriesPlace,
  ): Promise<queries.Delivery[]> {
    await this.endpoints.get(organizationId, endpointId);
    return queries.listDeliveries(this.database.manager, endpointId, place);
  }

  async count(endpointId: string, state: queries.DeliveryState | undefined): Promise<number> {
    return queries.countDeliveries(this.database.manager, endpointId, state);
  }

  /** With its body, which the caller must be allowed to read. */
  async get(caller: Principal, id: string): Promise<queries.Delivery & { body: WebhookBody }> {
    const delivery = await queries.findDelivery(this.database.manager, caller.organizationId, id);
    if (delivery === undefined) throw notFound('webhook delivery', id);
    const { kind } = delivery;
    const scopes = isOwnKind(kind) || kind.startsWith('custom.') ? scopesOf(kind) : [];
    for (const scope of scopes) assertScope(caller, scope, `the body is an event of the kind ${kind}.`);
    return delivery;
  }

  async test(caller: Principal, endpointId: string): Promise<queries.Delivery> {
    const { organizationId } = caller;
    const id = uuidV7();
    await this.database.transaction(async (tx) => {
      await this.getActive(tx, organizationId, endpointId);
      const now = this.clock.now();
      const body = { type: queries.TEST_KIND, timestamp: now.toISOString(), data: { endpointId } };
      const messageId = uuidV7();
      const message = { id: messageId, organizationId, kind: queries.TEST_KIND, body, customerId: null };
      await queries.insertMessages(tx, [message], now);
      await queries.insertDeliveries(tx, [{ id, organizationId, messageId, endpointId }], now);
    });
    return this.get(caller, id);
  }

  /** Gives how many deliveries go out again, each with the id that it had. */
  async replay(organizationId: string, endpointId: string, request: ReplayRequest): Promise<number> {
    const { since, failed, messageId } = request;
    if ([since, failed, messageId].filter((one) => one !== undefined).length !== 1) {
      const detail = 'Say what to send again with one of since, failed and messageId.';
      throw new DomainError('invalid', 'replay_unclear', detail);
    }
    let replayed = 0;
    let after: string | null = null;
    for (;;) {
      const bite: queries.ReplayedBite = await this.database.transaction(async (tx) => {
        const { kinds } = await this.getActive(tx, organizationId, endpointId);
        const now = this.clock.now();
        if (failed !== undefined) return queries.replayFailed(tx, endpointId, REPLAY_BITE, now);
        const place = { since: since ?? null, messageId: messageId ?? null, after, limit: REPLAY_BITE };
        return queries.replayMessages(
          tx,
          { organizationId, endpointId },
          { ...selectionOf(kinds), ...place },
          now,
        );
      });
      replayed += bite.replayed;
      if (bite.last === null) return replayed;
      after = bite.last;
    }
  }

  private async getActive(tx: EntityManager, organizationId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints.get(organizationId, id, tx);
    if (endpoint.state === 'active') return endpoint;
    const detail = 'This endpoint is disabled. Enable it first.';
    throw new DomainError('conflict', 'endpoint_disabled', detail);
  }
}
