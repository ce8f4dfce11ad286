import { plural } from './plural.ts';

const numbers = new Intl.NumberFormat('en-GB');
const n = (value: number): string => numbers.format(value);
const rows = (count: number): string => `${n(count)} ${plural(count, { one: 'row', other: 'rows' })}`;
const megabytes = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const size = (bytes: number): string =>
  bytes < 1_000_000
    ? `${n(Math.max(1, Math.round(bytes / 1_000)))} KB`
    : `${megabytes.format(bytes / 1_000_000)} MB`;

/** Texts of imports, which come with their pages. */
export const importsWords = {
  title: 'Bring customers from a file',
  readOnly: 'Your role may look at files, not bring new ones.',
  steps: { label: 'Steps', file: 'File', columns: 'Columns', check: 'Check', import: 'Import' },
  done: 'done',
  back: 'Back',

  file: {
    title: 'Choose a file',
    drop: 'Drop a CSV file here, or choose one',
    choose: 'CSV file',
    hint: 'From any spreadsheet: save it as CSV UTF-8. The first line names the columns. A million rows are fine.',
    sample: 'A sample file',
    sampleHint: 'It shows what such a file can hold.',
    sampleName: 'customers-sample.csv',
    notFile: 'That is not a file we can take. Choose one that ends in .csv or .txt.',
    empty: 'This file is empty.',
    other: 'Choose another file',
    about: (name: string, bytes: number) => `${name}, ${size(bytes)}`,
  },

  columns: {
    title: 'What the columns mean',
    lead: 'We have guessed. Change what is not right.',
    yours: 'Your column',
    first: 'First rows',
    becomes: 'Becomes',
    becomesOf: (column: string) => `${column} becomes`,
    noName: 'No name',
    unnamed: 'A column without a name is left out.',
    country: 'Numbers that do not say their country are from',
    countryNone: 'No country: leave such rows out',
    detail: 'A detail of its own',
    detailName: (column: string) => `Name of the detail from ${column}`,
    detailHint: 'A dot makes a level, as in saleDetails.destination.',
    leaveOut: 'Leave out',
    targets: {
      phoneNumber: 'Phone number',
      waId: 'WhatsApp number',
      whatsappUserId: 'WhatsApp user id',
      username: 'WhatsApp name',
      name: 'Name',
      email: 'E-mail',
      address: 'Address',
      city: 'City',
      state: 'State',
      zipcode: 'Postal code',
      country: 'Country',
      customerTier: 'Tier',
      tags: 'Tags',
      isActive: 'Gets campaigns',
      attributes: 'Details as JSON',
      subscription: 'Marketing: stopped or not',
      optIn: 'Has agreed to marketing',
      optInAt: 'Agreed on',
      optOutAt: 'Stopped on',
    } as Readonly<Record<string, string>>,
    problem: (count: number, message: string) => `${rows(count)}: ${message}`,
    example: (line: number, sample: string) => `line ${n(line)}: ${sample}`,
    exampleLine: (line: number) => `line ${n(line)}`,
    working: 'Looking at the file …',
    notRead: 'We cannot read this file.',
    notReadHint: 'Save it as CSV UTF-8 in your spreadsheet, and choose it again.',
    next: 'Check',
  },

  check: {
    title: 'What will happen',
    whole: (count: number) => `The file has ${rows(count)}.`,
    about: (count: number) => `The file has about ${rows(count)}.`,
    unknown: 'The file is too long to be counted now.',
    allGood: (count: number) => `We looked at ${rows(count)}, and all of them are fine.`,
    someBad: (read: number, bad: number) =>
      `We looked at ${rows(read)}: ${n(read - bad)} are fine, ${n(bad)} will be refused. The rest is not held up by them.`,
    known: 'Somebody who is here already is changed, not doubled. A “stop” of theirs stays.',
    problems: 'What will be refused',
    consentTitle: 'Their agreement',
    consent: 'These people have agreed to get messages from us',
    consentHint: 'Without it you may not write to them. It is kept with the history of each person.',
    consentMissing: 'Tick this only if it is true. Without it we do not bring the file.',
    source: 'Where they agreed',
    sourceHint: 'For example: form at the trade fair.',
    sourceMissing: 'Say where they agreed.',
    at: 'When they agreed',
    atHint: 'The last day, if it was over a time.',
    atMissing: 'Say when they agreed.',
    atFuture: 'This day is still to come.',
    text: 'The words they agreed to',
    textHint: 'If you have them. Not required.',
    start: (count: number | null) => (count === null ? 'Import the file' : `Import ${rows(count)}`),
  },

  run: {
    title: (name: string) => `Import of ${name}`,
    plainTitle: 'Import',
    sending: (sent: number, total: number) => `Sent ${size(sent)} of ${size(total)}`,
    sentAll: (total: number) => `Sent all ${size(total)}`,
    upload: 'The file on its way',
    reading: 'The rows that are read',
    speed: (perSecond: number) => `${rows(perSecond)} a second`,
    left: (time: string) => `about ${time} left`,
    read: (count: number) => `${n(count)} read`,
    counts: (created: number, changed: number, same: number, refused: number) =>
      `${n(created)} new · ${n(changed)} changed · ${n(same)} as they were · ${n(refused)} refused`,
    waiting: 'The first rows are about to be read.',
    busy: 'As many imports are running as can at once. Yours starts by itself.',
    keepTab: 'You may walk around here. Keep this tab open until the file is sent.',
    keepTabLeave: 'The file is still on its way.',
    status: {
      running: 'Running',
      completed: 'Finished',
      failed: 'Stopped by an error',
      interrupted: 'Broken off',
    },
    completed: (read: number, created: number, changed: number, refused: number) =>
      `${rows(read)} read: ${n(created)} new, ${n(changed)} changed, ${n(refused)} refused.`,
    interrupted: (row: number) => `Broken off at row ${n(row)}.`,
    interruptedHint:
      'Choose the same file again: we go on from there, and rows that are in stay as they are.',
    failed: 'This import was stopped.',
    failedHint: 'The rows before that point are in.',
    notStarted: 'The import did not start.',
    tryAgain: 'Send the file again',
    chooseAgain: 'Choose the file again',
    people: 'See your customers',
    another: 'Bring another file',
    consent: (where: string, day: string) => `Agreed: ${where}, ${day}`,
    gone: 'This import is not known any more. Imports are kept for a while.',
    errors: 'Refused rows',
    errorsFinding: (count: number) => `${rows(count)} could not be taken. The others are in.`,
    download: 'Download the refused rows',
    line: 'Line',
    field: 'Column',
    reason: 'Reason',
    more: 'Show more',
    moreInFile: 'The rest is in the file.',
  },

  earlier: {
    title: 'Earlier files',
    none: 'No file has been brought yet.',
    noName: 'A file without a name',
  },

  tray: {
    label: 'Files on their way',
    sending: (name: string, share: number) => `${name}: ${n(share)} % sent`,
    busy: (name: string) => `${name} waits for its turn`,
    stopped: (name: string) => `${name} was not sent`,
    open: 'Open',
  },
};

export type ImportsWords = typeof importsWords;
