import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { csvLines } from '../platform/csv/csv-lines.js';
import { Database } from '../platform/database/database.js';
import { notFound } from '../rules/errors/domain-error.js';
import { and, type Sql, sql } from '../platform/database/sql.js';
import type { CampaignRecipient } from './recipient.entity.js';
import type { RecipientFilter } from './recipient-filter.js';
import { Recipients } from './recipients.service.js';
import * as queries from './recipients.queries.js';

/** Few enough for a page to be garbage before the collector would promote it to the old generation. */
const ROWS_AT_ONCE = 500;
/** Of a search. It has to find all of its matches whenever it is asked, so it is asked for many at a time. */
const IDS_AT_ONCE = 50_000;
const LINE_END = '\r\n';

const COLUMNS: readonly (readonly [string, (recipient: CampaignRecipient) => string | null])[] = [
  ['phone_number', ({ phoneNumber }) => phoneNumber],
  ['name', ({ name }) => name],
  ['status', ({ status }) => status],
  ['scheduled_send_date', ({ scheduledSendDate }) => scheduledSendDate],
  ['sent_at', ({ sentAt }) => instant(sentAt)],
  ['delivered_at', ({ deliveredAt }) => instant(deliveredAt)],
  ['read_at', ({ readAt }) => instant(readAt)],
  ['responded_at', ({ respondedAt }) => instant(respondedAt)],
  ['response_message', ({ responseMessage }) => responseMessage],
  ['clicked_at', ({ clickedAt }) => instant(clickedAt)],
  ['failed_at', ({ failedAt }) => instant(failedAt)],
  ['failure_reason', ({ failureReason }) => failureReason],
  ['error_code', ({ errorCode }) => (errorCode === null ? null : String(errorCode))],
  ['retry_count', ({ retryCount }) => String(retryCount)],
  ['variables', ({ variables }) => (variables === null ? null : JSON.stringify(variables))],
  ['customer_id', ({ customerId }) => customerId],
  ['message_id', ({ whatsappMessageId }) => whatsappMessageId],
  ['id', ({ id }) => id],
];

/** Exports the recipients of a campaign as CSV. */
@Injectable()
export class RecipientExport {
  constructor(
    private readonly database: Database,
    private readonly recipients: Recipients,
  ) {}

  /** Rejects an unknown campaign before the stream starts, while another response is still possible. */
  async exportCsv(
    organizationId: string,
    campaignId: string,
    wanted: RecipientFilter = {},
  ): Promise<Readable> {
    const size = await queries.campaignSize(this.database.manager, organizationId, campaignId);
    if (size === undefined) throw notFound('campaign', campaignId);
    const { search, ...others } = wanted;
    const filter = await this.recipients.matching(organizationId, campaignId, others);
    const found =
      search === undefined
        ? undefined
        : await this.recipients.matching(organizationId, campaignId, { search });
    const pages = this.pages(organizationId, campaignId, filter);
    const rows = found === undefined ? pages : this.found(organizationId, campaignId, found, filter);
    return Readable.from(lines(rows), { objectMode: false });
  }

  /**
   * Page by page, as fast as the client reads, instead of one long COPY: a slow download would hold a connection, and
   * its snapshot would keep vacuum from cleaning up. Each recipient appears once, as it was when its page was read.
   */
  private async *pages(
    organizationId: string,
    campaignId: string,
    filter: Sql | undefined,
  ): AsyncGenerator<CampaignRecipient[]> {
    let after: string | undefined;
    do {
      const range = { filter, after, limit: ROWS_AT_ONCE };
      const rows = await queries.listRecipients(this.database.manager, organizationId, campaignId, range);
      yield rows;
      after = rows.length === ROWS_AT_ONCE ? rows.at(-1)?.id : undefined;
    } while (after !== undefined);
  }

  /** The ids that a search finds, and then page by page those of them that match the other conditions as well. */
  private async *found(
    organizationId: string,
    campaignId: string,
    search: Sql,
    filter: Sql = sql`true`,
  ): AsyncGenerator<CampaignRecipient[]> {
    const { manager } = this.database;
    let after: string | undefined;
    do {
      const range = { filter: search, after, limit: IDS_AT_ONCE };
      const ids = await queries.listIds(manager, organizationId, campaignId, range);
      for (let start = 0; start < ids.length; start += ROWS_AT_ONCE) {
        const page = ids.slice(start, start + ROWS_AT_ONCE);
        yield await queries.listRecipients(manager, organizationId, campaignId, {
          filter: and([sql`r.id = ANY(${page}::uuid[])`, filter]),
          limit: ROWS_AT_ONCE,
        });
      }
      after = ids.length === IDS_AT_ONCE ? ids.at(-1) : undefined;
    } while (after !== undefined);
  }
}

async function* lines(pages: AsyncIterable<CampaignRecipient[]>): AsyncGenerator<string> {
  yield csvLines([COLUMNS.map(([name]) => name)], LINE_END);
  for await (const rows of pages) {
    const cells = rows.map((row) => COLUMNS.map(([, cell]) => cell(row)));
    yield csvLines(cells, LINE_END);
  }
}

function instant(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
