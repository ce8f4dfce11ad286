import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { assertCountry } from './assert-country.js';
import { readDomains } from './link-domains.js';
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
    changes: queries.SettingsChanges,
  ): Promise<queries.OrganizationWithSettings> {
    const { defaultCountry, linkDomains } = changes;
    if (typeof defaultCountry === 'string') assertCountry(defaultCountry);
    const settings = {
      ...changes,
      ...(linkDomains === undefined ? {} : { linkDomains: readDomains(linkDomains) }),
    };
    return this.database.transaction(async (tx) => {
      await queries.updateSettings(tx, organizationId, settings);
      return this.get(organizationId, tx);
    });
  }
}
