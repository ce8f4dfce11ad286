import type { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import { isSendHour, sendHourOf } from '../../campaigns/campaign/send-hour.js';

/** The recipients of a campaign that share a clock. Null: that of the campaign, for all of them. */
export interface LaneZone {
  id: number | null;
  name: string;
}

/** A variant that goes out at an hour of its own, 'HH:MM'. */
export interface SendTime {
  variant: number;
  at: string;
}

/** Variants with hours of their own. */
export interface SendTimes {
  times: readonly SendTime[];
  /** Since when these hours hold: an hour that came before was not missed, it is for the next day. */
  since: Date;
}

/** Those recipients of a zone who may be released now. */
export interface Lane {
  zoneId: number | null;
  /** Variants whose hour has not come, or is over for today. */
  closed: number[];
  closesAt: Date | null;
  /** Whether the work of the day may begin here. */
  isReleased: boolean;
}

export interface LanesNow {
  open: Lane[];
  /** When another one opens; null: none that is known. */
  nextAt: Date | null;
}

/**
 * Who may be sent to at this instant, on the clocks of the recipients. Days are those of the campaign's clock: each local
 * time occurs once in such a day, in whatever zone, so a variant goes out once a day and a window opens every day.
 */
export function lanesAt(
  calendar: CampaignCalendar,
  zones: readonly LaneZone[],
  sendTimes: SendTimes | null,
  { isReleased }: { isReleased: boolean },
): LanesNow {
  const looks = zones.map((zone) => lookAt(calendar.in(zone.name), zone, sendTimes, isReleased));
  const next = looks.flatMap(({ nextAt }) => nextAt).map((at) => at.getTime());
  return {
    open: looks.flatMap(({ lane }) => lane).sort(bySoonestClosing),
    nextAt: next.length === 0 ? null : new Date(Math.min(...next)),
  };
}

interface Look {
  lane: Lane[];
  nextAt: Date[];
}

function lookAt(
  calendar: CampaignCalendar,
  { id }: LaneZone,
  sendTimes: SendTimes | null,
  isReleased: boolean,
): Look {
  if (!calendar.isOpen) return { lane: [], nextAt: [calendar.opensAt] };
  const { now } = calendar;
  const hours = (sendTimes?.times ?? []).flatMap(({ variant, at }) => {
    const hour = sendHourOf(calendar, at);
    return hour === null ? [] : [{ variant, ...hour }];
  });
  const closed = hours.filter((hour) => !isSendHour(hour, now, sendTimes?.since ?? hour.from));
  const lane = {
    zoneId: id,
    closed: closed.map(({ variant }) => variant),
    closesAt: calendar.closesAt,
    isReleased: isReleased || !calendar.isReachedByRun,
  };
  return { lane: [lane], nextAt: closed.map(({ from }) => from).filter((from) => from > now) };
}

const NEVER = 8.64e15;

/** What closes first is released first, so that as little as possible is left over. */
function bySoonestClosing(a: Lane, b: Lane): number {
  return (
    (a.closesAt?.getTime() ?? NEVER) - (b.closesAt?.getTime() ?? NEVER) || (a.zoneId ?? 0) - (b.zoneId ?? 0)
  );
}
