import { Integer, Text } from '../platform/http/fields.js';
import type { DailyRun } from '../scheduling/daily-batcher.service.js';

export class DailyRunDto {
  @Text({ example: '2025-01-15', description: 'Today, in the installation’s time zone' })
  date!: string;

  @Integer({ example: 3, description: 'Campaigns that released recipients' })
  campaigns_processed!: number;

  @Integer({ example: 750, description: 'Handed to the queue by this call; they are sent within seconds' })
  messages_sent!: number;

  @Text({ example: 'Processed 3 campaigns, sent 750 messages' })
  message!: string;

  static of(run: DailyRun): DailyRunDto {
    return {
      date: run.date,
      campaigns_processed: run.campaigns,
      messages_sent: run.messages,
      message: told(run),
    };
  }
}

function told({ date, campaigns, messages, closedUntil }: DailyRun): string {
  const closed = closedUntil === null ? null : `the send window is closed until ${closedUntil.toISOString()}`;
  if (campaigns === 0) return closed === null ? `Nothing is due on ${date}` : `Nothing was sent: ${closed}`;
  const done = `Processed ${counted(campaigns, 'campaign')}, sent ${counted(messages, 'message')}`;
  return closed === null ? done : `${done}; for others ${closed}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
