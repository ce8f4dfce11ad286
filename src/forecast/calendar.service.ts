import { Injectable } from '@nestjs/common';
import { toStatusWord } from '../campaigns/campaign/campaign-state.js';
import { Database, sqlState } from '../platform/database/database.js';
import { addDays, type Day } from '../rules/calendar/day.js';
import { DomainError } from '../rules/errors/domain-error.js';
import * as queries from './calendar.queries.js';
import { onlyRead } from './people.queries.js';

export const MAX_DAYS = 92;
const CAMPAIGNS_A_DAY = 50;
const STATEMENT_TIMED_OUT = '57014';
const TIMEOUT_MS = 5_000;

type Counts = Pick<queries.PlannedDay, 'planned' | 'sent' | 'left'>;

export interface CalendarDay extends Counts {
  date: Day;
  capacity: number | null;
  campaigns: (Counts & { id: string; name: string; status: string })[];
  /** Campaigns that are not listed. */
  more: number;
}

/** What all campaigns of an organization have planned and sent, day by day. */
@Injectable()
export class CampaignCalendars {
  constructor(private readonly database: Database) {}

  async days(organizationId: string, from: Day, to: Day): Promise<CalendarDay[]> {
    const dates = datesBetween(from, to);
    const { planned, capacity } = await this.read(organizationId, from, to);
    const known = new Map(planned.map((day) => [day.date, day]));
    return dates.map((date) => {
      const day = known.get(date);
      const campaigns = (day?.campaigns ?? []).map((one) => ({ ...one, status: toStatusWord(one.status) }));
      const { planned: all = 0, sent = 0, left = 0, count = 0 } = day ?? {};
      return { date, planned: all, sent, left, capacity, campaigns, more: count - campaigns.length };
    });
  }

  private async read(
    organizationId: string,
    from: Day,
    to: Day,
  ): Promise<{ planned: queries.PlannedDay[]; capacity: number | null }> {
    try {
      return await this.database.dataSource.transaction('REPEATABLE READ', async (tx) => {
        await onlyRead(tx, TIMEOUT_MS);
        const planned = await queries.plannedDays(tx, organizationId, { from, to, limit: CAMPAIGNS_A_DAY });
        return { planned, capacity: await queries.capacityOfDay(tx, organizationId) };
      });
    } catch (error) {
      if (sqlState(error) !== STATEMENT_TIMED_OUT) throw error;
      const detail = `Reading these days took longer than ${TIMEOUT_MS / 1_000} seconds. Ask for fewer days.`;
      throw new DomainError('rule', 'calendar_too_slow', detail, { cause: error });
    }
  }
}

function datesBetween(from: Day, to: Day): Day[] {
  if (to < from)
    throw new DomainError('rule', 'range_reversed', `The range ends on ${to}, before it begins on ${from}.`);
  const dates = [from];
  for (let day = from; day < to;) {
    day = addDays(day, 1);
    dates.push(day);
    if (dates.length > MAX_DAYS) {
      throw new DomainError(
        'rule',
        'range_too_long',
        `The calendar shows at most ${MAX_DAYS} days at a time.`,
      );
    }
  }
  return dates;
}
