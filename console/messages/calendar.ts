import { plural } from './plural.ts';

const numbers = new Intl.NumberFormat('en-GB');
const n = (value: number): string => numbers.format(value);
const people = (count: number): string => `${n(count)} ${plural(count, { one: 'person', other: 'people' })}`;

/** Texts of the calendar, which come with it. */
export const calendarWords = {
  title: 'Calendar',
  windowTitle: (month: string) => `Calendar · ${month}`,
  earlier: 'The month before',
  later: 'The month after',
  today: 'This month',
  isToday: 'today',
  planned: (count: number) => `${n(count)} planned`,
  sent: (count: number) => `${n(count)} sent`,
  nothing: 'nothing planned',
  over: (count: number, capacity: number) =>
    `${n(count)} planned, but your numbers may write to ${people(capacity)} a day. The rest moves to later days.`,
  overShort: (capacity: number) => `over ${n(capacity)}`,
  room: (count: number) => `Room for ${people(count)} more.`,
  summary: (planned: number, sent: number, left: number) =>
    left === 0
      ? `${n(planned)} planned, ${n(sent)} sent.`
      : `${n(planned)} planned, ${n(sent)} sent, ${n(left)} to come.`,
  campaigns: 'Campaigns of this day',
  campaign: (sent: number, planned: number) => `${n(sent)} of ${n(planned)} sent`,
  more: (count: number) =>
    `${n(count)} more ${plural(count, { one: 'campaign', other: 'campaigns' })} with fewer people.`,
  quiet: 'Nothing goes out on this day.',
  list: 'The month',
  emptyMonth: 'Nothing is planned for this month.',
  total: (planned: number, sent: number) => `${n(planned)} planned and ${n(sent)} sent in this month.`,
  choose: 'Choose a day to see its campaigns.',
};
