import type { NewSeries, Schedule, Series } from './series.query.ts';

export type Weekday = NonNullable<Schedule['weekdays']>[number];
export type Monthly = 'last' | 'day' | 'nth';
export type Ending = 'never' | 'on' | 'after';
export type People = 'all' | 'group' | 'before';

/** A series while it is written: what each control holds. */
export interface SeriesDraft {
  name: string;
  /** `name/language`. */
  template: string;
  values: Readonly<Record<string, string>>;
  people: People;
  group: string;
  oncePerPerson: boolean;
  every: Schedule['every'];
  interval: number;
  weekdays: readonly Weekday[];
  monthly: Monthly;
  day: number;
  orLast: boolean;
  place: string;
  weekday: Weekday;
  at: string;
  zone: string;
  startsOn: string;
  ending: Ending;
  endsOn: string;
  count: number;
  overlap: Series['overlap'];
}

export const newDraft = (zone: string, today: string): SeriesDraft => ({
  ...{ name: '', template: '', values: {}, people: 'all', group: '', oncePerPerson: false },
  ...{ every: 'month', interval: 1, weekdays: ['MO'], monthly: 'last', day: 1, orLast: true },
  ...{ place: '1', weekday: 'MO', at: '10:00', zone, startsOn: today },
  ...{ ending: 'never', endsOn: '', count: 12, overlap: 'skip' },
});

export function draftOf(series: Series): SeriesDraft {
  const { schedule, campaign, endsOn, count } = series;
  const begun = newDraft(series.timeZone, series.startsOn);
  const { monthDays = [], nth, ifMissing } = schedule ?? {};
  const [day = 1] = monthDays;
  const values = (campaign['templateVariables'] ?? {}) as Record<string, unknown>;
  return {
    ...begun,
    name: series.name,
    template: [campaign['templateName'], campaign['templateLanguage'] ?? 'en_US'].join('/'),
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
    people: campaign['targetType'] === 'all' ? 'all' : 'before',
    oncePerPerson: series.oncePerPerson,
    every: schedule?.every ?? begun.every,
    interval: schedule?.interval ?? 1,
    weekdays: schedule?.weekdays ?? begun.weekdays,
    monthly: nth !== undefined ? 'nth' : monthDays.length === 0 || day === -1 ? 'last' : 'day',
    day: day === -1 ? 1 : day,
    orLast: ifMissing === 'last',
    place: String(nth?.n ?? 1),
    weekday: nth?.weekday ?? begun.weekday,
    at: series.at,
    ending: endsOn !== null ? 'on' : count !== null ? 'after' : 'never',
    endsOn: endsOn ?? '',
    count: count ?? begun.count,
    overlap: series.overlap,
  };
}

export function scheduleOf(draft: SeriesDraft): Schedule {
  const { every, interval, weekdays, monthly, day, orLast, place, weekday } = draft;
  const base = { every, ...(interval === 1 ? {} : { interval }) };
  if (every === 'week') return { ...base, weekdays: [...weekdays] };
  if (every !== 'month') return base;
  if (monthly === 'last') return { ...base, monthDays: [-1] };
  if (monthly === 'nth') return { ...base, nth: { weekday, n: Number(place) } };
  return { ...base, monthDays: [day], ...(orLast && day > 28 ? { ifMissing: 'last' as const } : {}) };
}

/** What the API takes. `query`: the conditions of the group that was chosen. */
export function bodyOf(draft: SeriesDraft, query: Record<string, unknown> | undefined): NewSeries {
  const [templateName = '', templateLanguage = ''] = draft.template.split('/');
  const { name, values, people, ending, endsOn, count, oncePerPerson, at, zone, startsOn, overlap } = draft;
  const target =
    people === 'all'
      ? { targetType: 'all' as const }
      : people === 'group' && query !== undefined
        ? { targetType: 'segment' as const, segmentQuery: query }
        : {};
  return {
    name: name.trim(),
    campaign: {
      ...{ templateName, templateLanguage, ...target },
      ...(Object.keys(values).length === 0 ? {} : { templateVariables: { ...values } }),
    },
    schedule: scheduleOf(draft),
    ...{ at, timeZone: zone, startsOn, oncePerPerson, overlap },
    endsOn: ending === 'on' ? endsOn : null,
    count: ending === 'after' ? count : null,
  };
}

/** The names of the values that a message needs. */
export function valuesIn(components: unknown): string[] {
  const found = JSON.stringify(components ?? '').matchAll(/\{\{\s*([\w]{1,40})\s*\}\}/g);
  return [...new Set([...found].map(([, name = '']) => name))];
}
