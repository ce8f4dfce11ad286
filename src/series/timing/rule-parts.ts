import { type Day, isDay } from '../../rules/calendar/day.js';
import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';
import type { Weekday } from './schedule.js';

/** A rule of RFC 5545 that picks dates, with its end apart: the dates that are left out must not count. */
export interface RuleParts {
  /** Without COUNT and UNTIL, in a fixed order. */
  dates: string;
  count: number | null;
  endsOn: Day | null;
}

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const satisfies Weekday[];
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const LONGEST_RULE = 500;
const MOST = 10_000;

const whole = (min: number, max: number) => (text: string) =>
  /^[+-]?\d{1,5}$/.test(text) && Number(text) !== 0 && Number(text) >= min && Number(text) <= max;
const listOf = (isOne: (text: string) => boolean) => (text: string) => text.split(',').every(isOne);
const isWeekday = (text: string): boolean => (WEEKDAYS as readonly string[]).includes(text);
const isByDay = (text: string): boolean =>
  /^(?:[+-]?\d{1,2})?[A-Z]{2}$/.test(text) && isWeekday(text.slice(-2));

/** In the order in which a rule is stored. */
const PARTS: Readonly<Record<string, { isValid: (text: string) => boolean; hint: string }>> = {
  FREQ: { isValid: (text) => FREQUENCIES.includes(text), hint: `must be one of ${FREQUENCIES.join(', ')}` },
  INTERVAL: { isValid: whole(1, 1_000), hint: 'must be a whole number from 1 to 1000' },
  BYMONTH: { isValid: listOf(whole(1, 12)), hint: 'must be months from 1 to 12' },
  BYMONTHDAY: { isValid: listOf(whole(-31, 31)), hint: 'must be days from 1 to 31, or from -31 to -1' },
  BYDAY: {
    isValid: listOf(isByDay),
    hint: 'must be days of the week such as MO, or 2TU for the second Tuesday',
  },
  BYSETPOS: { isValid: listOf(whole(-366, 366)), hint: 'must be places from 1 to 366, or from -366 to -1' },
  WKST: { isValid: isWeekday, hint: 'must be a day of the week such as MO' },
  COUNT: { isValid: whole(1, MOST), hint: `must be a whole number from 1 to ${MOST}` },
  UNTIL: {
    isValid: (text) => dayOf(text) !== null,
    hint: 'must be a date such as 20271231',
  },
};

/** Reads `FREQ=MONTHLY;BYMONTHDAY=-1`. The refusal names the part that cannot be used. */
export function parseRule(text: string): RuleParts {
  const parts = new Map<string, string>();
  if (text.length > LONGEST_RULE) throw refused('rrule', `must have at most ${LONGEST_RULE} characters`);
  for (const part of text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')) {
    const [name = '', value = '', ...more] = part.split('=');
    const known = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (known === undefined) throw refused(name === '' ? 'rrule' : name, 'is not supported in a series');
    if (parts.has(name)) throw refused(name, 'is given twice');
    if (more.length > 0 || !known.isValid(value)) throw refused(name, known.hint);
    parts.set(name, value);
  }
  assertFit(parts);
  const dates = Object.keys(PARTS)
    .filter((name) => name !== 'COUNT' && name !== 'UNTIL' && parts.has(name))
    .map((name) => `${name}=${parts.get(name) ?? ''}`);
  const count = parts.get('COUNT');
  return {
    dates: dates.join(';'),
    count: count === undefined ? null : Number(count),
    endsOn: dayOf(parts.get('UNTIL') ?? ''),
  };
}

/** The whole rule as it is stored and shown. */
export function ruleText({ dates, count, endsOn }: RuleParts): string {
  const end = [
    ...(count === null ? [] : [`COUNT=${count}`]),
    ...(endsOn === null ? [] : [`UNTIL=${endsOn.replaceAll('-', '')}`]),
  ];
  return [dates, ...end].join(';');
}

/** What each part allows by itself and the standard does not allow together. */
function assertFit(parts: ReadonlyMap<string, string>): void {
  const frequency = parts.get('FREQ');
  if (frequency === undefined) throw refused('FREQ', 'must be given');
  const hasPlace = /\d/.test(parts.get('BYDAY') ?? '');
  if (hasPlace && (frequency === 'DAILY' || frequency === 'WEEKLY')) {
    throw refused('BYDAY', `cannot count days of the week with FREQ=${frequency}`);
  }
  if (frequency === 'WEEKLY' && parts.has('BYMONTHDAY')) {
    throw refused('BYMONTHDAY', 'cannot be used with FREQ=WEEKLY');
  }
  const isSet = ['BYDAY', 'BYMONTHDAY', 'BYMONTH'].some((name) => parts.has(name));
  if (parts.has('BYSETPOS') && !isSet) throw refused('BYSETPOS', 'needs BYDAY, BYMONTHDAY or BYMONTH');
  if (parts.has('COUNT') && parts.has('UNTIL')) throw refused('UNTIL', 'cannot be used with COUNT');
}

function dayOf(until: string): Day | null {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$/.exec(until) ?? [];
  const day = `${year ?? ''}-${month ?? ''}-${date ?? ''}`;
  return isDay(day) ? day : null;
}

function refused(part: string, message: string): DomainError {
  const errors: FieldError[] = [{ field: part === 'rrule' ? part : `rrule.${part}`, message }];
  return new DomainError('invalid', 'rule_part_unsupported', `The rule's part ${part} ${message}.`, {
    errors,
  });
}
