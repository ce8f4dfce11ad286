import type { SeriesWords } from '../../../messages/series.ts';
import type { components } from '../../api/schema.d.ts';
import { cityOf } from '../../lib/when.ts';

type Schedule = components['schemas']['SeriesScheduleDto'];

interface Said {
  schedule: Schedule | null;
  rrule: string;
  at: string;
  timeZone: string;
}

/** "Every month, on the last day, at 10:00 (Berlin)". */
export function sayRule({ schedule, rrule, at, timeZone }: Said, words: SeriesWords): string {
  const time = words.at(at, cityOf(timeZone));
  return schedule === null
    ? `${words.byRule(rrule)}, ${time}`
    : [...saySchedule(schedule, words), time].join(', ');
}

function saySchedule(schedule: Schedule, words: SeriesWords): string[] {
  const { every, interval = 1, weekdays = [], monthDays = [], nth, ifMissing } = schedule;
  return [
    words.every(every, interval),
    ...(weekdays.length > 0 ? [words.onWeekdays(weekdays)] : []),
    ...(monthDays.length > 0 ? [words.onDays(monthDays)] : []),
    ...(nth === undefined ? [] : [words.onNth(nth.n, nth.weekday)]),
    ...(ifMissing === 'last' ? [words.orLast] : []),
  ];
}
