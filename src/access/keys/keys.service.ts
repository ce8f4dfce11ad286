import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { notFound } from '../../rules/errors/domain-error.js';
import type { PageRequest } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import * as queries from '../organizations/organizations.queries.js';
import { ApiKey } from './api-key.entity.js';
import { hashKey, newKey, prefixOf } from './key-format.js';
import { Organization } from '../organizations/organization.entity.js';

const USED_GRAIN_MS = 60_000;

@Injectable()
export class AccessService {
  private readonly noted = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async authenticate(key: string): Promise<Principal | undefined> {
    const principal = await queries.findPrincipal(this.database.manager, hashKey(key));
    if (principal !== undefined) this.noteUse(principal.keyId);
    return principal;
  }

  async createOrganization(creator: string, name: string): Promise<Organization> {
    return this.database.transaction(async (tx) => {
      const organization = tx.create(Organization, {
        id: uuidV7(),
        name,
        createdByOrganizationId: creator,
        createdAt: this.clock.now(),
      });
      await tx.insert(Organization, organization);
      return organization;
    });
  }

  async createKey(
    creator: string,
    { name, scopes, organizationId }: { name: string; scopes: string[]; organizationId: string },
  ): Promise<{ row: ApiKey; key: string }> {
    const key = newKey();
    const row = await this.database.transaction(async (tx) => {
      await this.assertReach(creator, organizationId);
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

  async listKeys(
    creator: string,
    organizationId: string,
    { limit, offset }: PageRequest,
  ): Promise<[ApiKey[], number]> {
    await this.assertReach(creator, organizationId);
    return this.keysOf(organizationId).page({ order: { id: 'DESC' }, take: limit, skip: offset });
  }

  /** A key that is revoked already stays revoked since then: asking twice is no error. */
  async revokeKey(creator: string, id: string, organizationId: string): Promise<ApiKey> {
    await this.assertReach(creator, organizationId);
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

  private async assertReach(creator: string, organizationId: string): Promise<void> {
    if (creator === organizationId) return;
    if (await queries.mayAdminister(this.database.manager, creator, organizationId)) return;
    throw notFound('organization', organizationId);
  }

  /** Once a minute is precise enough, and keeps a busy key from being one write a request. */
  private noteUse(keyId: string): void {
    const now = this.clock.now();
    if (now.getTime() - (this.noted.get(keyId) ?? 0) < USED_GRAIN_MS) return;
    this.noted.set(keyId, now.getTime());
    queries.touchKey(this.database.manager, keyId, now).catch((error: unknown) => {
      this.noted.delete(keyId);
      this.logger.warn({ err: error, keyId }, 'the last use of a key could not be noted');
    });
  }
}
