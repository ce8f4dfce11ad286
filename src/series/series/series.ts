import type { Day } from '../../rules/calendar/day.js';
import type { CampaignInput } from '../../campaigns/campaign/campaign-input.js';
import type { Timing } from '../timing/due-dates.js';
import type { Schedule } from '../timing/schedule.js';
import type { MissedPolicy, OccurrenceState, Overlap, SeriesState } from './series-state.js';

/** What the campaigns of a series are made from: its name may be missing, and it has neither people nor an instant. */
export type SeriesDefinition = Omit<CampaignInput, 'name' | 'scheduledFor'> & { name?: string | undefined };

/** What a caller decides about a series. */
export interface SeriesSettings {
  name: string;
  definition: SeriesDefinition;
  experiment: Record<string, unknown> | null;
  /** As it was given; null: a rule was. */
  schedule: Schedule | null;
  rrule: string;
  localTime: string;
  timeZone: string;
  startsOn: Day;
  exceptDates: Day[];
  overlap: Overlap;
  missed: MissedPolicy;
  lateToleranceS: number;
  leadTimeS: number;
  oncePerPerson: boolean;
  minGapDays: number | null;
  /** `previous`: the responders are those of the occurrence before. */
  source: 'previous' | null;
}

/** A row of `campaign_series`. */
export interface Series extends SeriesSettings {
  id: string;
  organizationId: string;
  state: SeriesState;
  stateReason: string | null;
  stateChangedAt: Date;
  version: number;
  /** The occurrence that comes next; null: none, or the series is a draft. */
  nextLocalDate: Day | null;
  nextDueAt: Date | null;
  /** Its dates that were due so far, the skipped ones included. */
  occurrences: number;
  createdBy: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A row of `campaign_series_occurrences`. */
export interface Occurrence {
  id: string;
  seriesId: string;
  number: number;
  localDate: Day;
  dueAt: Date;
  state: OccurrenceState;
  reason: string | null;
  campaignId: string | null;
  seriesVersion: number;
  createdAt: Date;
  updatedAt: Date;
}

export function timingOf(series: SeriesSettings & { occurrences?: number }): Timing {
  const { rrule, startsOn, localTime, timeZone, exceptDates, occurrences = 0 } = series;
  return { rrule, startsOn, localTime, timeZone, exceptDates, occurrences };
}
