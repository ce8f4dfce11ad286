import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { MessageLog } from '../../../src/messages/log/message-log.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { firstOf, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { DeliveryReport, ReportKind } from '../../../src/sending/outcomes/delivery-report.js';
import {
  type AfterReports,
  DeliveryReports,
} from '../../../src/sending/outcomes/delivery-reports.service.js';
import type { GraphError } from '../../../src/whatsapp/errors/graph-error.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

/** When the attempts of these tests begin: a little in the past, because the application's clock runs. */
export const BEGAN = new Date(Date.now() - 60_000);

export const after = (seconds: number): Date => new Date(BEGAN.getTime() + seconds * 1_000);

export interface Shop {
  organizationId: string;
  portfolioId: string;
  senderId: string;
}

export interface StoredRecipient {
  id: string;
  status: string;
  wamid: string | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  respondedAt: Date | null;
  clickedAt: Date | null;
  failedAt: Date | null;
  reason: string | null;
  code: number | null;
  attempts: number;
  retryCount: number;
  nextAttemptAt: Date | null;
  response: string | null;
  sliceId: string | null;
}

export interface StoredMessage {
  attempt: number;
  status: string;
  wamid: string | null;
  acceptedAt: Date | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  failedAt: Date | null;
  code: number | null;
  title: string | null;
  category: string | null;
}

export interface StoredCampaign {
  status: string;
  reason: string | null;
  pending: number;
  sent: number;
  delivered: number;
  read: number;
  responded: number;
  failed: number;
  optedOut: number;
  judged: number;
  judgedFailed: number;
}

/** The application without its workers, with messages in flight. */
export class Desk {
  private started: TestApp | undefined;

  static forThisFile(): Desk {
    const desk = new Desk();
    beforeAll(async () => {
      desk.started = await startTestApp({ env: { ROLE: 'api', SEND_WINDOW: 'off' } });
    });
    afterAll(async () => {
      await desk.started?.close();
    });
    return desk;
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

  apply(reports: readonly DeliveryReport[]): Promise<AfterReports> {
    return this.database.transaction((tx) => this.service(DeliveryReports).apply(tx, reports));
  }

  async shop(): Promise<Shop> {
    const { id: organizationId } = await newOrganization(this.app.api);
    const portfolioId = randomUUID();
    await rowsOf(
      this.database.manager,
      sql`INSERT INTO portfolios (id, organization_id, meta_business_id, messaging_limit, created_at, updated_at)
          VALUES (${portfolioId}, ${organizationId}, ${portfolioId}, 100000, ${BEGAN}, ${BEGAN})`,
    );
    const shop = { organizationId, portfolioId };
    return { ...shop, senderId: await this.sender(shop) };
  }

  async sender({ organizationId, portfolioId }: Omit<Shop, 'senderId'>, account = 'waba'): Promise<string> {
    const id = randomUUID();
    await rowsOf(
      this.database.manager,
      sql`INSERT INTO senders (id, organization_id, portfolio_id, name, phone_number_id, business_account_id,
                               access_token_encrypted, verified_at, created_at, updated_at)
          VALUES (${id}, ${organizationId}, ${portfolioId}, 'Shop', ${id}, ${account}, 'x', ${BEGAN}, ${BEGAN}, ${BEGAN})`,
    );
    return id;
  }

  async campaign({ organizationId, senderId }: Shop, more: Record<string, unknown> = {}): Promise<string> {
    const id = randomUUID();
    await rowsOf(
      this.database.manager,
      sql`INSERT INTO marketing_campaigns (id, organization_id, sender_id, name, template_name, status,
                                           status_changed_at, started_at, created_at, updated_at)
          VALUES (${id}, ${organizationId}, ${senderId}, 'Summer', 'summer_sale', 'active', ${after(-60)},
                  ${after(-60)}, ${after(-60)}, ${after(-60)})`,
    );
    for (const [column, value] of Object.entries(more)) {
      await this.database.manager.query(`UPDATE marketing_campaigns SET ${column} = $1 WHERE id = $2`, [
        value,
        id,
      ]);
    }
    return id;
  }

  /** Recipients whose first attempt is in flight, without an answer. */
  async sending(shop: Shop, campaignId: string, count: number, from = 0): Promise<string[]> {
    const people = Array.from({ length: count }, (_, index) => ({
      id: uuidV7(),
      phone: `+9199${String(10_000_000 + from + index)}`,
    }));
    const ids = people.map(({ id }) => id);
    await rowsOf(
      this.database.manager,
      sql`INSERT INTO campaign_recipients (id, campaign_id, phone_number, status, attempts, attempted_at, slice_id,
                                           scheduled_send_date, created_at, updated_at)
          SELECT id, ${campaignId}, phone, 'sending', 1, ${BEGAN}, ${randomUUID()}, ${BEGAN}::date, ${BEGAN}, ${BEGAN}
            FROM unnest(${ids}::uuid[], ${people.map(({ phone }) => phone)}::text[]) AS p (id, phone)`,
    );
    await this.begin(shop, campaignId, ids, 1);
    await rowsOf(
      this.database.manager,
      sql`INSERT INTO portfolio_reach (portfolio_id, phone_number, counted_at)
          SELECT ${shop.portfolioId}, phone, ${BEGAN} FROM unnest(${people.map(({ phone }) => phone)}::text[]) AS phone
          ON CONFLICT DO NOTHING`,
    );
    return ids;
  }

  /** Does what the claim of another attempt does. */
  async sendAgain(shop: Shop, campaignId: string, ids: readonly string[], attempt: number): Promise<void> {
    await rowsOf(
      this.database.manager,
      sql`UPDATE campaign_recipients
             SET status = 'sending', attempts = ${attempt}, attempted_at = ${BEGAN}, slice_id = ${randomUUID()},
                 next_attempt_at = NULL
           WHERE id = ANY(${ids}::uuid[])`,
    );
    await this.begin(shop, campaignId, ids, attempt);
  }

  async set(ids: readonly string[], values: Record<string, unknown>): Promise<void> {
    for (const [column, value] of Object.entries(values)) {
      await this.database.manager.query(
        `UPDATE campaign_recipients SET ${column} = $1 WHERE id = ANY($2::uuid[])`,
        [value, ids],
      );
    }
  }

  async recipient(id: string | undefined): Promise<StoredRecipient> {
    const [row] = await this.recipients([id ?? '']);
    if (row === undefined) throw new Error('no such recipient');
    return row;
  }

  recipients(ids: readonly string[]): Promise<StoredRecipient[]> {
    return rowsOf(
      this.database.manager,
      sql`SELECT id, status, whatsapp_message_id AS wamid, sent_at AS "sentAt", delivered_at AS "deliveredAt",
                 read_at AS "readAt", responded_at AS "respondedAt", clicked_at AS "clickedAt",
                 failed_at AS "failedAt", failure_reason AS reason, error_code AS code, attempts,
                 retry_count AS "retryCount", next_attempt_at AS "nextAttemptAt", response_message AS response,
                 slice_id AS "sliceId"
            FROM campaign_recipients WHERE id = ANY(${ids}::uuid[]) ORDER BY id`,
    );
  }

  messages(recipientId: string | undefined): Promise<StoredMessage[]> {
    return rowsOf(
      this.database.manager,
      sql`SELECT attempt, status, whatsapp_message_id AS wamid, accepted_at AS "acceptedAt", sent_at AS "sentAt",
                 delivered_at AS "deliveredAt", read_at AS "readAt", failed_at AS "failedAt", error_code AS code,
                 error_title AS title, pricing_category AS category
            FROM whatsapp_messages WHERE recipient_id = ${recipientId} ORDER BY attempt`,
    );
  }

  async stored(campaignId: string): Promise<StoredCampaign> {
    const row = await firstOf<StoredCampaign>(
      this.database.manager,
      sql`SELECT status, status_reason AS reason, messages_pending AS pending, messages_sent AS sent,
                 messages_delivered AS delivered, messages_read AS read, messages_responded AS responded,
                 messages_failed AS failed, messages_opted_out AS "optedOut", attempts_judged AS judged,
                 attempts_failed AS "judgedFailed"
            FROM marketing_campaigns WHERE id = ${campaignId}`,
    );
    if (row === undefined) throw new Error('no such campaign');
    return row;
  }

  /** Since when each person counts against the portfolio's limit. */
  async reach({ portfolioId }: Shop): Promise<Date[]> {
    const rows = await rowsOf<{ at: Date }>(
      this.database.manager,
      sql`SELECT counted_at AS at FROM portfolio_reach WHERE portfolio_id = ${portfolioId} ORDER BY phone_number`,
    );
    return rows.map(({ at }) => at);
  }

  private async begin(
    shop: Shop,
    campaignId: string,
    ids: readonly string[],
    attempt: number,
  ): Promise<void> {
    await this.service(MessageLog).begin(
      this.database.manager,
      ids.map((recipientId) => ({
        id: uuidV7(),
        organizationId: shop.organizationId,
        senderId: shop.senderId,
        purpose: 'campaign',
        phoneNumber: null,
        customerId: null,
        campaignId,
        recipientId,
        attempt,
        type: 'template',
        templateName: 'summer_sale',
        category: 'MARKETING',
        at: BEGAN,
      })),
    );
  }
}

export function report(
  recipientId: string | undefined,
  kind: ReportKind,
  more: Partial<DeliveryReport> = {},
): DeliveryReport {
  return {
    recipientId: recipientId ?? '',
    attempt: 1,
    kind,
    at: after(1),
    wamid: `wamid.${recipientId}.${more.attempt ?? 1}`,
    error: null,
    pricing: null,
    reply: null,
    ...more,
  };
}

export function graphError(code: number | null, more: Partial<GraphError> = {}): GraphError {
  return {
    code,
    subcode: null,
    httpStatus: code === null ? null : 400,
    title: `Error ${code}`,
    details: null,
    type: null,
    fbtraceId: 'trace',
    isTransient: false,
    userMessage: null,
    href: null,
    ...more,
  };
}
