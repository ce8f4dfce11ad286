import { inputFrom, RATE_LIMIT } from '../../campaigns/api/create-campaign.dto.js';
import { invalidFields } from '../../platform/http/validation.js';
import { type Day, isDay } from '../../rules/calendar/day.js';
import { parseTimeZone } from '../../rules/calendar/time-zone.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { parseRule, type RuleParts, ruleText } from '../timing/rule-parts.js';
import { ruleOf, type Schedule } from '../timing/schedule.js';
import type { SeriesDefinition, SeriesSettings } from '../series/series.js';
import { secondsOf } from './series-duration.js';
import type { CreateSeriesDto, SeriesCampaignDto, UpdateSeriesDto } from './series-input.dto.js';

const LATE_TOLERANCE_S = 6 * 3_600;

interface GivenRule {
  schedule?: Schedule | undefined;
  rrule?: string | undefined;
  endsOn?: string | null | undefined;
  count?: number | null | undefined;
}

/** A new series as it is stored. */
export function settingsFrom(body: CreateSeriesDto, todayIn: (zone: string) => Day): SeriesSettings {
  const timeZone = zoneOf(body.timeZone);
  const startsOn = body.startsOn === undefined ? todayIn(timeZone) : dayOf('startsOn', body.startsOn);
  return {
    name: body.name,
    definition: definitionFrom(body.campaign),
    experiment: body.experiment ?? null,
    ...ruleFrom(body, startsOn),
    localTime: body.at,
    timeZone,
    startsOn,
    exceptDates: daysOf(body.exceptDates ?? []),
    overlap: body.overlap ?? 'skip',
    missed: body.missed ?? 'skip',
    lateToleranceS:
      body.lateTolerance === undefined ? LATE_TOLERANCE_S : secondsOf('lateTolerance', body.lateTolerance),
    leadTimeS: body.leadTime === undefined ? 0 : secondsOf('leadTime', body.leadTime),
    oncePerPerson: body.oncePerPerson ?? false,
    minGapDays: body.minGapDays ?? null,
    source: body.source ?? null,
  };
}

/** What is left out stays as it is, also within `campaign`. */
export function changedBy(known: SeriesSettings, body: UpdateSeriesDto): SeriesSettings {
  const startsOn = body.startsOn === undefined ? known.startsOn : dayOf('startsOn', body.startsOn);
  const { campaign, experiment, lateTolerance, leadTime, exceptDates, minGapDays, source } = body;
  return {
    name: body.name ?? known.name,
    definition: campaign === undefined ? known.definition : { ...known.definition, ...given(campaign) },
    experiment: experiment === undefined ? known.experiment : experiment,
    ...changedRule(known, body, startsOn),
    localTime: body.at ?? known.localTime,
    timeZone: body.timeZone === undefined ? known.timeZone : zoneOf(body.timeZone),
    startsOn,
    exceptDates: exceptDates === undefined ? known.exceptDates : daysOf(exceptDates),
    overlap: body.overlap ?? known.overlap,
    missed: body.missed ?? known.missed,
    lateToleranceS:
      lateTolerance === undefined ? known.lateToleranceS : secondsOf('lateTolerance', lateTolerance),
    leadTimeS: leadTime === undefined ? known.leadTimeS : secondsOf('leadTime', leadTime),
    oncePerPerson: body.oncePerPerson ?? known.oncePerPerson,
    minGapDays: minGapDays === undefined ? known.minGapDays : minGapDays,
    source: source === undefined ? known.source : source,
  };
}

/** Either a schedule or a rule, with at most one end. */
export function ruleFrom(given: GivenRule, startsOn: Day): { schedule: Schedule | null; rrule: string } {
  const { schedule, rrule, endsOn = null, count = null } = given;
  if ((schedule === undefined) === (rrule === undefined)) {
    throw invalidFields([{ field: 'schedule', message: 'give either schedule or rrule' }]);
  }
  const parts = parseRule(schedule === undefined ? (rrule ?? '') : ruleOf(schedule, startsOn));
  return {
    schedule: schedule === undefined ? null : plain(schedule),
    rrule: ruleText(ended(parts, { endsOn, count })),
  };
}

export function zoneOf(name: string): string {
  try {
    return parseTimeZone(name);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError('rule', 'time_zone_unknown', error.message, {
      errors: [{ field: 'timeZone', message: 'must be an IANA name, as in Europe/Berlin' }],
    });
  }
}

export function dayOf(field: string, text: string): Day {
  if (isDay(text)) return text;
  throw invalidFields([{ field, message: 'must be a date such as 2027-01-31' }]);
}

export function daysOf(texts: readonly string[]): Day[] {
  return [...new Set(texts.map((text, n) => dayOf(`exceptDates.${n}`, text)))].sort();
}

function changedRule(
  known: SeriesSettings,
  body: UpdateSeriesDto,
  startsOn: Day,
): { schedule: Schedule | null; rrule: string } {
  const { schedule, rrule, endsOn, count } = body;
  const now = parseRule(known.rrule);
  const isOther = schedule !== undefined || rrule !== undefined;
  // A rule that says its own end has it; another end than the known one takes its place.
  const ownEnd = rrule === undefined ? null : parseRule(rrule);
  const says = (ownEnd?.count ?? null) !== null || (ownEnd?.endsOn ?? null) !== null;
  const end = {
    endsOn: endsOn !== undefined ? endsOn : says || (count ?? null) !== null ? null : now.endsOn,
    count: count !== undefined ? count : says || (endsOn ?? null) !== null ? null : now.count,
  };
  if (isOther) return ruleFrom({ schedule, rrule, ...end }, startsOn);
  if (known.schedule !== null) return ruleFrom({ schedule: known.schedule, ...end }, startsOn);
  return ruleFrom({ rrule: now.dates, ...end }, startsOn);
}

function ended(
  parts: RuleParts,
  { endsOn, count }: { endsOn: string | null; count: number | null },
): RuleParts {
  const day = endsOn === null ? null : dayOf('endsOn', endsOn);
  const ends = [parts.count, parts.endsOn, count, day].filter((end) => end !== null);
  if (ends.length > 1) {
    throw invalidFields([
      { field: count === null ? 'endsOn' : 'count', message: 'a series has one end only' },
    ]);
  }
  return { ...parts, count: parts.count ?? count, endsOn: parts.endsOn ?? day };
}

function definitionFrom(campaign: SeriesCampaignDto): SeriesDefinition {
  const { rateLimit = RATE_LIMIT } = campaign;
  return { ...given(campaign), templateName: campaign.templateName, rateLimit };
}

/** The settings that were given, in the names of neither API. */
function given({ recipients, ...campaign }: SeriesCampaignDto): Partial<SeriesDefinition> {
  if (recipients !== undefined) {
    const detail =
      'A series chooses its people at each date. For a fixed list, give its people a tag and use a segment.';
    throw new DomainError('rule', 'list_audience_not_recurring', detail);
  }
  const entries = Object.entries(inputFrom(campaign)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function plain({ every, interval, weekdays, monthDays, nth, ifMissing }: Schedule): Schedule {
  return {
    every,
    ...(interval === undefined ? {} : { interval }),
    ...(weekdays === undefined ? {} : { weekdays }),
    ...(monthDays === undefined ? {} : { monthDays }),
    ...(nth === undefined ? {} : { nth: { weekday: nth.weekday, n: nth.n } }),
    ...(ifMissing === undefined ? {} : { ifMissing }),
  };
}
