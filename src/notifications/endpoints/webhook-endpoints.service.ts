import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isSelectable, resolveAlias, scopesOf, wantedBy } from '../../events/event-kinds.js';
import { EventWants } from '../../events/event-wants.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import type { Principal } from '../../platform/http/principal.js';
import { assertScope } from '../../platform/http/route-access.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { EndpointAddress } from './endpoint-address.service.js';
import { newSecret, sealedAs } from './endpoint-secret.js';
import * as queries from './webhook-endpoints.queries.js';

export type { WebhookEndpoint } from './webhook-endpoints.queries.js';

const MOST_ENDPOINTS = 50;
const BOTH_SECRETS_MS = 24 * 60 * 60 * 1_000;

export interface EndpointFields {
  url?: string | undefined;
  description?: string | null | undefined;
  kinds?: string[] | undefined;
}

/** The addresses to which an organization has its events sent. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    private readonly database: Database,
    private readonly wants: EventWants,
    private readonly address: EndpointAddress,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
  ) {}

  /** The secret is in this answer alone. */
  async create(
    caller: Principal,
    { url, description, kinds }: { url: string; description: string | null; kinds: string[] },
  ): Promise<{ endpoint: queries.WebhookEndpoint; secret: string }> {
    const { organizationId } = caller;
    const resolved = readKinds(kinds);
    assertMayRead(caller, resolved);
    await this.address.assertAllowed(url);
    const id = uuidV7();
    const secret = newSecret();
    const secretEncrypted = this.cipher.encrypt(secret, sealedAs(id));
    const endpoint = await this.database.transaction(async (tx) => {
      await this.assertRoom(tx, organizationId);
      const row = { id, organizationId, url, description, kinds: resolved, secretEncrypted };
      await queries.insertEndpoint(tx, row, this.clock.now());
      const inserted = await this.get(organizationId, id, tx);
      await this.want(tx, inserted);
      return inserted;
    });
    return { endpoint, secret };
  }

  async get(
    organizationId: string,
    id: string,
    db = this.database.manager,
  ): Promise<queries.WebhookEndpoint> {
    return (await queries.findEndpoint(db, organizationId, id)) ?? absent(id);
  }

  async list(
    organizationId: string,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<queries.WebhookEndpoint[]> {
    return queries.listEndpoints(this.database.manager, organizationId, place);
  }

  async count(organizationId: string): Promise<number> {
    return queries.countEndpoints(this.database.manager, organizationId);
  }

  async update(caller: Principal, id: string, fields: EndpointFields): Promise<queries.WebhookEndpoint> {
    const kinds = fields.kinds === undefined ? undefined : readKinds(fields.kinds);
    if (fields.url !== undefined) await this.address.assertAllowed(fields.url);
    return this.change(caller.organizationId, id, (endpoint) => {
      const changed = {
        ...endpoint,
        url: fields.url ?? endpoint.url,
        description: fields.description === undefined ? endpoint.description : fields.description,
        kinds: kinds ?? endpoint.kinds,
      };
      // Also when only the address changes: it decides who gets to read what the kinds carry.
      assertMayRead(caller, changed.kinds);
      return changed;
    });
  }

  /** What waited since it was disabled goes out at once. */
  async enable(organizationId: string, id: string): Promise<queries.WebhookEndpoint> {
    return this.change(organizationId, id, (endpoint) => ({
      ...endpoint,
      state: 'active',
      disabledReason: null,
      failingSince: null,
    }));
  }

  /** In the transaction of the attempt that shows it. False: it is disabled already, or gone. */
  async disable(
    tx: EntityManager,
    { organizationId, id }: { organizationId: string; id: string },
    disabledReason: string,
  ): Promise<boolean> {
    const endpoint = await queries.lockEndpoint(tx, organizationId, id);
    if (endpoint?.state !== 'active') return false;
    const disabled: queries.WebhookEndpoint = { ...endpoint, state: 'disabled', disabledReason };
    await queries.updateEndpoint(tx, disabled, this.clock.now());
    await this.want(tx, disabled);
    return true;
  }

  async rotateSecret(
    organizationId: string,
    id: string,
  ): Promise<{ endpoint: queries.WebhookEndpoint; secret: string }> {
    const secret = newSecret();
    const now = this.clock.now();
    const endpoint = await this.database.transaction(async (tx) => {
      if ((await queries.lockEndpoint(tx, organizationId, id)) === undefined) absent(id);
      const secretEncrypted = this.cipher.encrypt(secret, sealedAs(id));
      const previousUntil = new Date(now.getTime() + BOTH_SECRETS_MS);
      await queries.rotateSecret(tx, { organizationId, id }, { secretEncrypted, previousUntil, now });
      return this.get(organizationId, id, tx);
    });
    return { endpoint, secret };
  }

  /** Its deliveries go with it. */
  async delete(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await queries.deleteEndpoint(tx, organizationId, id))) absent(id);
      await this.wants.set(tx, { organizationId, source: 'webhook', sourceId: id }, []);
    });
  }

  private async change(
    organizationId: string,
    id: string,
    work: (endpoint: queries.WebhookEndpoint) => queries.WebhookEndpoint,
  ): Promise<queries.WebhookEndpoint> {
    return this.database.transaction(async (tx) => {
      const endpoint = (await queries.lockEndpoint(tx, organizationId, id)) ?? absent(id);
      const changed = work(endpoint);
      await queries.updateEndpoint(tx, changed, this.clock.now());
      await this.want(tx, changed);
      return this.get(organizationId, id, tx);
    });
  }

  private async want(tx: EntityManager, endpoint: queries.WebhookEndpoint): Promise<void> {
    const { organizationId, id, kinds, state } = endpoint;
    const kindsWanted = state === 'active' ? [...new Set(kinds.map(wantedBy))] : [];
    await this.wants.set(
      tx,
      { organizationId, source: 'webhook', sourceId: id },
      kindsWanted.map((kind) => ({ kind, campaignId: null })),
    );
  }

  private async assertRoom(tx: EntityManager, organizationId: string): Promise<void> {
    await queries.lockCount(tx, organizationId);
    if ((await queries.countEndpoints(tx, organizationId)) < MOST_ENDPOINTS) return;
    const detail = `An organization has at most ${MOST_ENDPOINTS} endpoints. Delete one that you no longer need.`;
    throw new DomainError('rule', 'too_many_endpoints', detail);
  }
}

function readKinds(kinds: readonly string[]): string[] {
  const errors = kinds.flatMap((kind, index) =>
    isSelectable(kind)
      ? []
      : [{ field: `kinds.${index}`, message: 'is not a kind of event: docs/events.md lists them' }],
  );
  if (errors.length > 0) {
    throw new DomainError('invalid', 'unknown_kind', 'Some of these kinds of events do not exist.', {
      errors,
    });
  }
  return [...new Set(kinds.map(resolveAlias))];
}

/** An endpoint hands on what its kinds carry: the caller who directs it must be allowed to read that. */
function assertMayRead(caller: Principal, kinds: readonly string[]): void {
  for (const kind of kinds) {
    for (const scope of scopesOf(kind))
      assertScope(caller, scope, `events of the kind ${kind} carry such data.`);
  }
}

function absent(id: string): never {
  throw notFound('webhook endpoint', id);
}
