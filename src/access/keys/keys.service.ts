import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import type { PageRequest } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { Logger } from '../../platform/logging/logger.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Organizations } from '../organizations/organizations.service.js';
import { ApiKey } from './api-key.entity.js';
import { hashKey, newKey, prefixOf } from './key-format.js';
import { findPrincipal, touchKey } from './keys.queries.js';

const USED_GRAIN_MS = 60_000;

@Injectable()
export class Keys {
  private readonly noted = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly organizations: Organizations,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async authenticate(key: string): Promise<Principal | undefined> {
    const principal = await findPrincipal(this.database.manager, hashKey(key));
    if (typeof principal?.keyId === 'string') this.noteUse(principal.keyId);
    return principal;
  }

  async create(
    creator: string,
    { name, scopes, organizationId }: { name: string; scopes: string[]; organizationId: string },
  ): Promise<{ row: ApiKey; key: string }> {
    const key = newKey();
    const row = await this.database.transaction(async (tx) => {
      await this.organizations.assertReach(creator, organizationId);
      return this.keysOf(organizationId, tx).insert({
        id: uuidV7(),
        name,
        prefix: prefixOf(key),
        keyHash: hashKey(key),
        scopes: [...new Set(scopes)],
        isBootstrap: false,
        createdAt: this.clock.now(),
        lastUsedAt: null,
        revokedAt: null,
      });
    });
    return { row, key };
  }

  async list(
    creator: string,
    organizationId: string,
    { limit, offset }: PageRequest,
  ): Promise<[ApiKey[], number]> {
    await this.organizations.assertReach(creator, organizationId);
    return this.keysOf(organizationId).page({ order: { id: 'DESC' }, take: limit, skip: offset });
  }

  /** Idempotent: a revoked key keeps the time of its first revocation. */
  async revoke(creator: string, id: string, organizationId: string): Promise<ApiKey> {
    await this.organizations.assertReach(creator, organizationId);
    return this.database.transaction(async (tx) => {
      const keys = this.keysOf(organizationId, tx);
      const key = await keys.lock(id);
      if (key.revokedAt === null) {
        key.revokedAt = this.clock.now();
        await keys.update(id, { revokedAt: key.revokedAt });
      }
      return key;
    });
  }

  private keysOf(organizationId: string, db = this.database.manager): Scoped<ApiKey> {
    return new Scoped(db, ApiKey, organizationId, 'key');
  }

  /** Once a minute is precise enough, and saves a busy key one write per request. */
  private noteUse(keyId: string): void {
    const now = this.clock.now();
    if (now.getTime() - (this.noted.get(keyId) ?? 0) < USED_GRAIN_MS) return;
    this.noted.set(keyId, now.getTime());
    touchKey(this.database.manager, keyId, now).catch((error: unknown) => {
      this.noted.delete(keyId);
      this.logger.warn({ err: error, keyId }, 'could not record the last use of a key');
    });
  }
}
