import { Revenues } from '../../../src/conversions/revenues.service.js';
import { Costs } from '../../../src/rates/costs.service.js';
import { RateCards } from '../../../src/rates/rate-cards.service.js';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { CampaignStats } from '../../../src/campaigns/statistics/campaign-stats.service.js';
import { ButtonPresses } from '../../../src/links/button-presses.service.js';
import { TrackedLinks } from '../../../src/links/tracked-links.service.js';
import { SystemClock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';

/** Fixed, so a rerun of a failing test uses the same days. */
export const START = new Date('2025-01-15T10:00:00Z');

/** The statistics without the rest of the application. */
export function statsOf(db: DataSource): CampaignStats {
  const database = new Database(db);
  const clock = new SystemClock();
  const calendar = { timeZone: 'UTC', sendWindow: null, dailyRunAt: '0 9 * * *' };
  return new CampaignStats(
    database,
    new TrackedLinks(database, clock),
    new ButtonPresses(database),
    new Revenues(database),
    new Costs(database, new RateCards(database, clock), calendar, clock),
  );
}

export async function makeOrganization(db: DataSource): Promise<string> {
  const id = randomUUID();
  await db.query('INSERT INTO organizations (id, name, created_at) VALUES ($1, $2, $3)', [
    id,
    'A shop',
    START,
  ]);
  return id;
}

export async function makeCampaign(
  db: DataSource,
  organizationId: string,
  { timeZone = 'UTC', status = 'draft' }: { timeZone?: string; status?: string } = {},
): Promise<string> {
  const id = randomUUID();
  await db.query(
    `INSERT INTO marketing_campaigns
            (id, organization_id, name, template_name, status, time_zone, status_changed_at, created_at, updated_at)
     VALUES ($1, $2, 'Summer sale', 'summer_sale', $3, $4, $5, $5, $5)`,
    [id, organizationId, status, timeZone, START],
  );
  return id;
}

/** Phone numbers are consecutive, starting at `from`. */
export async function makeRecipients(
  db: DataSource,
  campaignId: string,
  count: number,
  from = 0,
): Promise<void> {
  await db.query(
    `INSERT INTO campaign_recipients (campaign_id, phone_number, created_at, updated_at)
     SELECT $1, '+1469465' || lpad((n + $3::int)::text, 7, '0'), $4, $4 FROM generate_series(1, $2::int) AS n`,
    [campaignId, count, from, START],
  );
}
