import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import { toCsvCell } from '../platform/csv/csv-cell.js';
import { Database } from '../platform/database/database.js';
import { notFound } from '../rules/errors/domain-error.js';
import type { CampaignRecipient } from './recipient.entity.js';
import * as queries from './recipients.queries.js';

/** Few enough for a page to be gone before the collector of young objects would keep it. */
const ROWS_AT_ONCE = 500;

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

/** The recipients of a campaign as CSV. */
@Injectable()
export class ExportRecipientsService {
  constructor(private readonly database: Database) {}

  /** The refusal of an unknown campaign comes before the stream, while there can still be another answer. */
  async exportCsv(organizationId: string, campaignId: string): Promise<Readable> {
    const size = await queries.campaignSize(this.database.manager, organizationId, campaignId);
    if (size === undefined) throw notFound('campaign', campaignId);
    return Readable.from(this.lines(organizationId, campaignId), { objectMode: false });
  }

  /**
   * Page by page as the reader takes it, and not as one long COPY: a slow download would otherwise hold a
   * connection, and with its snapshot everything that vacuum could clean up. Everybody is in it once, as they were
   * when their page was read.
   */
  private async *lines(organizationId: string, campaignId: string): AsyncGenerator<string> {
    yield csv([COLUMNS.map(([name]) => name)]);
    let after: string | undefined;
    do {
      const rows: CampaignRecipient[] = await queries.listRecipients(
        this.database.manager,
        organizationId,
        campaignId,
        { after, limit: ROWS_AT_ONCE },
      );
      yield csv(rows.map((row) => COLUMNS.map(([, cell]) => guarded(cell(row)))));
      after = rows.length === ROWS_AT_ONCE ? rows.at(-1)?.id : undefined;
    } while (after !== undefined);
  }
}

/** A text, never a formula. Numbers stay as they are: `+919978783238` is what other programs expect to find. */
function guarded(text: string | null): string | null {
  return text === null || /^[+-]?\d+$/.test(text) ? text : toCsvCell(text);
}

function instant(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

function csv(rows: readonly (readonly (string | null)[])[]): string {
  return stringify([...rows], { record_delimiter: '\r\n' });
}
