import { Injectable } from '@nestjs/common';
import { OccurrenceCampaigns } from '../../campaigns/occurrences/occurrence-campaigns.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { dayAt } from '../../rules/calendar/day.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { firstDue, type Since } from '../timing/due-dates.js';
import { parseRule } from '../timing/rule-parts.js';
import { type SeriesSettings, timingOf } from './series.js';

/** So many dates show how close to each other the dates of a series come. */
const LOOKED_AT = 60;

/** Whether a series can be carried out as it is meant: judged when it is given, and not at its first date. */
@Injectable()
export class SeriesChecks {
  constructor(
    private readonly campaigns: OccurrenceCampaigns,
    private readonly clock: Clock,
  ) {}

  /** Meta may have to be asked about the template, so no transaction is open. */
  async assertUsable(organizationId: string, settings: SeriesSettings): Promise<void> {
    assertChooses(settings);
    assertNoExperiment(settings);
    this.assertFires(settings, {});
    const { definition, name, timeZone } = settings;
    // The people of the occurrence before are not known yet.
    const target = isOfPrevious(settings) ? { targetType: 'all' as const } : {};
    await this.campaigns.prepare(organizationId, {
      ...{ name, timeZone, ...definition },
      ...{ ...target, scheduledFor: null },
      name: definition.name ?? name,
      timeZone: definition.timeZone ?? timeZone,
    });
  }

  /** From here on: after the present, or at any time when the series has not begun. */
  assertFires(settings: SeriesSettings, since: Since): void {
    const { endsOn } = parseRule(settings.rrule);
    const today = dayAt(this.clock.now(), settings.timeZone);
    if (endsOn !== null && endsOn < today) {
      const detail = `This series would end on ${endsOn}; today is ${today} in ${settings.timeZone}.`;
      throw new DomainError('rule', 'ends_in_the_past', detail);
    }
    const dates = firstDue(timingOf(settings), since, LOOKED_AT);
    if (dates.length === 0) {
      const detail = 'This series has no date: no day matches its rule between its start and its end.';
      throw new DomainError('rule', 'series_never_fires', detail);
    }
    const gaps = dates.slice(1).map(({ at }, n) => at.getTime() - (dates[n]?.at.getTime() ?? 0));
    if (Math.min(...gaps) > settings.leadTimeS * 1_000) return;
    const detail =
      'leadTime must be shorter than the time between two dates: each would wait for the one before it.';
    throw new DomainError('rule', 'lead_time_too_long', detail, {
      errors: [{ field: 'leadTime', message: 'must be shorter than the time between two dates' }],
    });
  }
}

function isOfPrevious({ source, definition }: SeriesSettings): boolean {
  return source === 'previous' && (definition.sourceCampaignId ?? null) === null;
}

/** A list of people is chosen once; a series chooses at each of its dates. */
function assertChooses({ definition, source }: SeriesSettings): void {
  const { targetType = 'manual' } = definition;
  if (targetType === 'manual') {
    const detail =
      'A series chooses its people at each date: use targetType all, segment or responders. For a fixed list, give its ' +
      'people a tag and use a segment.';
    throw new DomainError('rule', 'list_audience_not_recurring', detail);
  }
  if (source === 'previous' && targetType !== 'responders') {
    const detail = 'source previous is for targetType responders.';
    throw new DomainError('rule', 'source_without_responders', detail);
  }
}

/** Campaigns of a series cannot be given variants: a test that would be left out silently is refused instead. */
function assertNoExperiment({ experiment }: SeriesSettings): void {
  if (experiment === null) return;
  const detail =
    'A series cannot carry an experiment: leave it out, or test one campaign before the series starts.';
  throw new DomainError('rule', 'experiment_not_recurring', detail, {
    errors: [{ field: 'experiment', message: 'cannot be given to a series' }],
  });
}
