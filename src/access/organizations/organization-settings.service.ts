import { Injectable } from '@nestjs/common';
import { isSupportedCountry } from 'libphonenumber-js/max';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import * as queries from './organizations.queries.js';

/** The settings an organization chooses for itself. */
@Injectable()
export class OrganizationSettingsStore {
  constructor(private readonly database: Database) {}

  async get(
    organizationId: string,
    db: EntityManager = this.database.manager,
  ): Promise<queries.OrganizationWithSettings> {
    const organization = await queries.findOrganization(db, organizationId);
    if (organization === undefined) throw notFound('organization', organizationId);
    return organization;
  }

  async update(
    organizationId: string,
    changes: Partial<queries.OrganizationSettings>,
  ): Promise<queries.OrganizationWithSettings> {
    const { defaultCountry } = changes;
    if (typeof defaultCountry === 'string' && !isSupportedCountry(defaultCountry)) {
      const message = 'is not the code of a country with telephone numbers';
      throw new DomainError('invalid', 'invalid_request', `defaultCountry: ${message}`, {
        errors: [{ field: 'defaultCountry', message }],
      });
    }
    return this.database.transaction(async (tx) => {
      await queries.updateSettings(tx, organizationId, changes);
      return this.get(organizationId, tx);
    });
  }
}
