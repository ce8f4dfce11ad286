import { plural } from './plural.ts';

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const DAYS = {
  ...{
    MO: 'Monday',
    TU: 'Tuesday',
    WE: 'Wednesday',
    TH: 'Thursday',
    FR: 'Friday',
    SA: 'Saturday',
    SU: 'Sunday',
  },
};
const UNITS = { day: 'day', week: 'week', month: 'month', year: 'year' } as const;
const PLACES: Readonly<Record<number, string>> = {
  1: 'first',
  2: 'second',
  3: 'third',
  4: 'fourth',
  [-1]: 'last',
};

type Every = keyof typeof UNITS;

/** Texts of series, which come with their pages. */
export const seriesWords = {
  title: 'Series',
  toSeries: 'Series',
  lead: 'A series sends a campaign again and again. Each time, it looks up who gets it.',
  newOne: 'New series',
  list: 'The list of series',
  empty: 'No series yet.',
  emptyHint: 'For a newsletter on the last day of each month, or a greeting every Monday.',
  state: { draft: 'Draft', active: 'Active', paused: 'Paused', ended: 'Ended' },
  next: (day: string) => `Next on ${day}`,
  noNext: 'No date ahead',
  back: 'All series',

  days: DAYS as Readonly<Record<string, string>>,
  every: (every: Every, interval: number) =>
    interval === 1 ? `Every ${UNITS[every]}` : `Every ${interval} ${UNITS[every]}s`,
  onWeekdays: (days: readonly string[]) =>
    `on ${list.format(days.map((day) => DAYS[day as keyof typeof DAYS]))}`,
  onDays: (days: readonly number[]) =>
    `on ${list.format(days.map((day) => (day === -1 ? 'the last day' : `the ${ordinal(day)}`)))}`,
  onNth: (n: number, weekday: string) => `on the ${PLACES[n] ?? ''} ${DAYS[weekday as keyof typeof DAYS]}`,
  orLast: 'or the last day of a shorter month',
  at: (time: string, city: string) => `at ${time} (${city})`,
  byRule: (rule: string) => `By the rule ${rule}`,
  places: PLACES,

  one: {
    part: 'Series',
    gone: 'This series does not exist.',
    edit: 'Change',
    activate: 'Start series',
    activated: (name: string) => `${name} is active.`,
    pause: 'Pause series',
    paused: (name: string) => `${name} is paused. Its dates are skipped until you resume it.`,
    resume: 'Resume series',
    resumed: (name: string) => `${name} goes on with its next date.`,
    end: 'End series',
    ended: (name: string) => `${name} has ended.`,
    failed: 'That did not work.',
    ask: {
      title: (name: string) => `End ${name}?`,
      text: 'No more campaigns are made. Campaigns that are being sent go on. This cannot be undone.',
      keep: 'Keep series',
    },
    when: 'When',
    who: 'Who gets it',
    everyone: 'All customers who may be written to',
    group: 'Customers who match the conditions of a group',
    responders: 'Customers who replied to an earlier campaign',
    once: 'Each person gets it once.',
    message: 'Message',
    why: 'Why',
    soFar: 'So far',
    sums: (sent: number, read: number, times: number) =>
      `${times} ${plural(times, { one: 'date', other: 'dates' })}, ${sent} sent, ${read} read`,
    dates: 'Dates',
    past: 'Past dates',
    ahead: 'Dates ahead',
    noPast: 'None yet.',
    noAhead: 'None.',
    toCampaign: 'Open campaign',
    occurrence: {
      waiting: 'Ahead',
      created: 'Campaign made',
      queued: 'Waiting',
      skipped: 'Skipped',
      missed: 'Missed',
      failed: 'Failed',
    },
    would: {
      make: '',
      skip: 'would be skipped now: the one before is not over',
      queue: 'would wait now: the one before is not over',
      replace: 'would replace the one before',
    } as Readonly<Record<string, string>>,
  },

  form: {
    newTitle: 'New series',
    editTitle: (name: string) => `Change ${name}`,
    name: 'Name of the series',
    nameMissing: 'Give the series a name.',
    template: 'Message',
    noTemplate: 'Choose a message',
    templateMissing: 'Choose a message.',
    value: (name: string) => `Value for ${name}`,
    valueHint: 'Such as {{name|there}} for the name of each person.',
    who: 'Who gets it',
    everyone: 'All customers',
    everyoneHint: 'Who may be written to at the time.',
    group: 'A group',
    groupHint: 'Who is in it at the time.',
    whichGroup: 'Group',
    noGroup: 'Choose a group',
    groupMissing: 'Choose a group.',
    asBefore: 'As before',
    asBeforeHint: 'The people are chosen as they are now.',
    once: 'Each person once',
    onceHint: 'People who got an earlier one are left out.',
    when: 'When',
    asRule: 'This series has a rule that this form cannot show. What you choose here takes its place.',
    every: 'Repeat',
    units: { day: 'Every day', week: 'Every week', month: 'Every month', year: 'Every year' },
    interval: 'How often',
    intervalHint: '2 is every second one.',
    intervalWrong: 'A number from 1 to 100.',
    weekdays: 'Days of the week',
    weekdaysMissing: 'Choose a day.',
    monthly: 'Day of the month',
    last: 'The last day',
    dayOf: 'A day',
    nth: 'A day of the week',
    dayNumber: 'Day',
    dayWrong: 'A day from 1 to 31.',
    shorter: 'In a shorter month, take its last day',
    shorterHint: 'Otherwise months without this day are left out.',
    place: 'Which one',
    weekday: 'Day of the week',
    at: 'Time',
    atMissing: 'Give a time.',
    zone: 'Time zone',
    startsOn: 'First possible day',
    end: 'Ends',
    ends: { never: 'Never', on: 'On a day', after: 'After some dates' },
    endsOn: 'Last day',
    endsOnMissing: 'Give a day.',
    count: 'How many dates',
    countWrong: 'A number from 1 to 10000.',
    overlap: 'If the one before is not over',
    overlaps: {
      skip: 'Skip the new one',
      queue: 'Wait until it is over',
      parallel: 'Send both',
      replace: 'Cancel the old one',
    },
    preview: 'The next dates',
    previewWaits: 'Fill in when it repeats to see its dates.',
    previewNone: 'No day matches.',
    save: 'Save series',
    saved: (name: string) => `${name} is saved.`,
    failed: 'The series is not saved.',
  },
};

export type SeriesWords = typeof seriesWords;

function ordinal(day: number): string {
  const ending =
    day % 10 === 1 && day !== 11
      ? 'st'
      : day % 10 === 2 && day !== 12
        ? 'nd'
        : day % 10 === 3 && day !== 13
          ? 'rd'
          : 'th';
  return `${day}${ending}`;
}
