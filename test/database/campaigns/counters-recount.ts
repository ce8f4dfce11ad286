import type { DataSource } from 'typeorm';
import { COUNTER_OF, type RecipientState } from '../../../src/recipients/recipient-state.js';
import { dayAt } from '../../../src/rules/calendar/day.js';

interface Recipient {
  campaign_id: string;
  status: RecipientState;
  scheduled_send_date: string | null;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
  responded_at: Date | null;
  clicked_at: Date | null;
  failed_at: Date | null;
  error_code: number | null;
  updated_at: Date;
  time_zone: string | null;
}

/** Sums by key; zero sums are omitted. */
export type Sums = Record<string, Record<string, number>>;

export interface Counters {
  campaigns: Sums;
  analytics: Sums;
  schedule: Sums;
  timeline: Sums;
  errors: Sums;
}

const REACHED: Partial<Record<RecipientState, readonly string[]>> = {
  sent: ['sent'],
  delivered: ['sent', 'delivered'],
  read: ['sent', 'delivered', 'read'],
  responded: ['sent', 'delivered', 'read', 'responded'],
  failed: ['failed'],
};

/** The expected counters: reads and counts every recipient, by an independent copy of the rules. */
export async function recount(db: DataSource): Promise<Counters> {
  const rows = await db.query<Recipient[]>(
    'SELECT r.*, c.time_zone FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id',
  );
  const days = await db.query<{ campaign_id: string; send_date: string }[]>(
    'SELECT campaign_id, send_date FROM campaign_send_schedule',
  );
  const planned = new Set(days.map(({ campaign_id, send_date }) => `${campaign_id} ${send_date}`));
  const counted: Counters = { campaigns: {}, analytics: {}, schedule: {}, timeline: {}, errors: {} };
  for (const row of rows) {
    const counter = COUNTER_OF[row.status];
    const reached = REACHED[row.status] ?? [];
    add(counted.campaigns, row.campaign_id, ['total', ...new Set([counter, ...reached])]);
    if (reached.length > 0) add(counted.analytics, `${row.campaign_id} ${countedDay(row)}`, reached);
    const plan = `${row.campaign_id} ${row.scheduled_send_date ?? 'never'}`;
    if (planned.has(plan))
      add(counted.schedule, plan, counter === 'sent' || counter === 'pending' ? ['size', counter] : ['size']);
    countEvents(counted.timeline, row, reached);
    const code = row.error_code ?? (row.status === 'failed' ? -1 : null);
    if (code !== null && (row.status === 'failed' || row.status === 'opted_out'))
      add(counted.errors, `${row.campaign_id} ${code}`, ['recipients']);
  }
  return counted;
}

function countedDay(row: Recipient): string {
  const zone = row.time_zone ?? 'UTC';
  const first = row.status === 'failed' ? (row.sent_at ?? row.failed_at) : row.sent_at;
  if (first !== null) return dayAt(first, zone);
  if (row.scheduled_send_date !== null) return row.scheduled_send_date;
  return dayAt(row.delivered_at ?? row.read_at ?? row.responded_at ?? row.updated_at, zone);
}

function countEvents(timeline: Sums, row: Recipient, reached: readonly string[]): void {
  const at: Record<string, Date | null> = {
    sent: row.sent_at ?? row.delivered_at ?? row.read_at ?? row.responded_at,
    delivered: row.delivered_at ?? row.read_at ?? row.responded_at,
    read: row.read_at ?? row.responded_at,
    responded: row.responded_at,
    failed: row.failed_at,
    clicked: row.clicked_at,
  };
  const reported: Record<string, Date | null> = {
    delivered: row.delivered_at,
    read: row.read_at,
    responded: row.responded_at,
  };
  const events = reached.includes('sent') ? [...reached, 'clicked'] : reached;
  for (const event of events) {
    const when = at[event];
    if (when === null || when === undefined) continue;
    const key = `${row.campaign_id} ${localHour(when, row.time_zone ?? 'UTC')}`;
    add(timeline, key, [event]);
    const told = reported[event];
    if (told === null || told === undefined || row.sent_at === null) continue;
    add(timeline, key, [`${event}_timed`]);
    add(timeline, key, [`${event}_ms`], Math.max(0, told.getTime() - row.sent_at.getTime()));
  }
}

function localHour(at: Date, zone: string): string {
  const minutes = new Intl.DateTimeFormat('en', { timeZone: zone, minute: 'numeric' }).format(at);
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000 - Number(minutes) * 60_000).toISOString();
}

function add(sums: Sums, key: string, names: readonly string[], n = 1): void {
  const entry = (sums[key] ??= {});
  if (n === 0) return;
  for (const name of names) entry[name] = (entry[name] ?? 0) + n;
}

/** The counters that the triggers have written. */
export async function counters(db: DataSource): Promise<Counters> {
  const read = async (table: string, key: string, columns: Record<string, string>): Promise<Sums> => {
    const list = Object.entries(columns).map(([name, column]) => `${column} AS "${name}"`);
    const rows = await db.query<Record<string, string | number>[]>(
      `SELECT ${key} AS key, ${list.join(', ')} FROM ${table}`,
    );
    const entries = rows.map(({ key: rowKey, ...sums }) => [
      rowKey,
      Object.fromEntries(Object.entries(sums).filter(([, n]) => n !== 0)),
    ]);
    return Object.fromEntries(entries.filter(([, sums]) => Object.keys(sums as object).length > 0)) as Sums;
  };
  const messages = Object.fromEntries(
    ['sent', 'delivered', 'read', 'responded', 'failed'].map((name) => [name, `messages_${name}`]),
  );
  const timing = Object.fromEntries(
    ['delivered', 'read', 'responded'].flatMap((name) => [
      [`${name}_timed`, `${name}_timed`],
      [`${name}_ms`, `${name}_ms`],
    ]),
  ) as Record<string, string>;
  return {
    campaigns: await read('marketing_campaigns', 'id', {
      ...messages,
      total: 'total_target_customers',
      pending: 'messages_pending',
      skipped: 'messages_skipped',
      opted_out: 'messages_opted_out',
    }),
    analytics: await read('campaign_analytics', `campaign_id || ' ' || date`, messages),
    schedule: await read('campaign_send_schedule', `campaign_id || ' ' || send_date`, {
      size: 'batch_size',
      sent: 'messages_sent',
      pending: 'messages_remaining',
    }),
    timeline: await read(
      'campaign_timeline',
      `campaign_id || ' ' || to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`,
      { ...messages, clicked: 'messages_clicked', ...timing },
    ),
    errors: await read('campaign_errors', `campaign_id || ' ' || error_code`, { recipients: 'recipients' }),
  };
}
