import { afterAll, beforeAll } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Database } from '../../../src/platform/database/database.js';
import { firstOf, rowsOf, sql } from '../../../src/platform/database/sql.js';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { type CampaignRef, RecipientAdder } from '../../../src/recipients/add-recipients.service.js';
import type { AddResult } from '../../../src/recipients/add-result.js';
import { importRecipients, type RecipientFile } from '../../../src/recipients/import-recipients.js';

const THEN = new Date('2025-01-15T09:00:00Z');

export interface Shop {
  organizationId: string;
  api: ApiClient;
}

export interface Stored {
  id: string;
  phone_number: string;
  customer_id: string | null;
  name: string | null;
  variables: Record<string, unknown> | null;
  status: string;
}

export type InBatch = <T>(work: (tx: EntityManager) => Promise<T>) => Promise<T>;

/** The application with its own database, and builders for tests of recipients. */
export class Setup {
  private started: TestApp | undefined;

  /** Started before the tests of the file, stopped after them. */
  static forThisFile(): Setup {
    const setup = new Setup();
    beforeAll(async () => {
      setup.started = await startTestApp();
    });
    afterAll(async () => {
      await setup.started?.close();
    });
    return setup;
  }

  get app(): TestApp {
    if (this.started === undefined) throw new Error('not started');
    return this.started;
  }

  get database(): Database {
    return this.app.app.get(Database);
  }

  service<T>(type: new (...dependencies: never[]) => T): T {
    return this.app.app.get<T>(type);
  }

  async shop(settings: object = {}): Promise<Shop> {
    const { id, api } = await newOrganization(this.app.api);
    if (Object.keys(settings).length > 0) await api.put('/api/organization', settings);
    return { organizationId: id, api };
  }

  async campaign({ organizationId }: Shop, { isMarketing = true } = {}): Promise<CampaignRef> {
    const row = await firstOf<{ id: string }>(
      this.database.manager,
      sql`INSERT INTO marketing_campaigns
            (organization_id, name, template_name, status, status_changed_at, created_at, updated_at)
          VALUES (${organizationId}, 'Summer', 'summer_sale', 'draft', ${THEN}, ${THEN}, ${THEN}) RETURNING id`,
    );
    return { id: row?.id ?? '', organizationId, isMarketing };
  }

  async profile(
    { organizationId }: Shop,
    phone: string | null,
    more: { name?: string; subscription?: string; isActive?: boolean; optInAt?: Date; userId?: string } = {},
  ): Promise<string> {
    const { name = null, subscription = 'subscribed', isActive = true, optInAt = null, userId = null } = more;
    const row = await firstOf<{ id: string }>(
      this.database.manager,
      sql`INSERT INTO user_profiles (organization_id, whatsapp_phone, whatsapp_user_id, display_name, subscription,
                                     is_active, marketing_opt_in_at, created_at, updated_at)
          VALUES (${organizationId}, ${phone}, ${userId}, ${name}, ${subscription}, ${isActive}, ${optInAt},
                  ${THEN}, ${THEN})
          RETURNING id`,
    );
    return row?.id ?? '';
  }

  inTransaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Imports a file; `inBatch` runs each batch in a transaction of its own. */
  async importCsv(
    campaign: CampaignRef,
    file: RecipientFile,
    inBatch: InBatch = (work) => this.inTransaction(work),
  ): Promise<AddResult> {
    const adder = this.service(RecipientAdder);
    const { defaultCountry, target } = await adder.rules(campaign);
    return importRecipients(file, { defaultCountry }, ({ rows }) =>
      inBatch((tx) => adder.insert(tx, target, rows)),
    );
  }

  /** The stored rows in id order. */
  stored({ id }: { id: string }): Promise<Stored[]> {
    return rowsOf(
      this.database.manager,
      sql`SELECT id, phone_number, customer_id, name, variables, status FROM campaign_recipients
           WHERE campaign_id = ${id} ORDER BY id`,
    );
  }

  async numbers(campaign: { id: string }): Promise<string[]> {
    return (await this.stored(campaign)).map((row) => row.phone_number);
  }

  async setState(campaign: { id: string }, phoneNumber: string, status: string): Promise<void> {
    await rowsOf(
      this.database.manager,
      sql`UPDATE campaign_recipients SET status = ${status}
           WHERE campaign_id = ${campaign.id} AND phone_number = ${phoneNumber}`,
    );
  }
}

/** Indian mobile numbers, already in their stored form. */
export function indian(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `+9199${String(10_000_000 + from + index)}`);
}
