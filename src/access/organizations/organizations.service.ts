import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Organization } from './organization.entity.js';
import * as queries from './organizations.queries.js';

@Injectable()
export class Organizations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async create(creator: string, name: string): Promise<Organization> {
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

  /** An organization out of the caller's reach is reported as not found. */
  async assertReach(caller: string, organizationId: string): Promise<void> {
    if (caller === organizationId) return;
    if (await queries.mayAdminister(this.database.manager, caller, organizationId)) return;
    throw notFound('organization', organizationId);
  }
}
